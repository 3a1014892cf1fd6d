//! Sessions, found by the hash of their reference token.

use platform::db::{Instant, Tx};
use platform::keys::{KeyRing, Sealed};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::sealing::{SESSION_AGENT, open, seal};
use crate::domain::ids::{FlowId, PersonId, SessionId};
use crate::domain::portal::Portal;
use crate::domain::session::Session;
use crate::error::{Error, Result};

struct Row {
    session_id: Uuid,
    flow_id: Uuid,
    person_id: Uuid,
    portal: String,
    started_at: Instant,
    last_used_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
}

struct ListedRow {
    session_id: Uuid,
    flow_id: Uuid,
    person_id: Uuid,
    portal: String,
    started_at: Instant,
    last_used_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
    sealed_agent: Option<Sealed>,
}

/// A session with the browser as it named itself.
#[derive(Clone, Debug)]
pub struct ListedSession {
    /// The session.
    pub session: Session,
    /// The browser.
    pub user_agent: String,
}

/// Writes a new session.
pub async fn insert(
    tx: &mut Tx,
    keys: &KeyRing,
    session: &Session,
    token_hash: [u8; 32],
    user_agent: Option<&str>,
) -> Result<()> {
    let id = session.session_id.as_uuid();
    let sealed_agent = user_agent.map(|agent| seal(keys, SESSION_AGENT, id, &agent));
    sqlx::query!(
        r#"
        insert into sessions (session_id, flow_id, person_id, portal, token_hash, sealed_agent, started_at,
            last_used_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8)
        "#,
        id,
        session.flow_id.as_uuid(),
        session.person_id.as_uuid(),
        session.portal.as_str(),
        token_hash.as_slice(),
        sealed_agent as _,
        Instant::from(session.started_at) as _,
        Instant::from(session.expires_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The session of a completed flow.
pub async fn of_flow(executor: impl PgExecutor<'_>, flow_id: FlowId) -> Result<Option<Session>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select session_id, flow_id, person_id, portal, started_at as "started_at: Instant",
            last_used_at as "last_used_at: Instant", expires_at as "expires_at: Instant",
            ended_at as "ended_at: Instant"
        from sessions where flow_id = $1
        "#,
        flow_id.as_uuid()
    )
    .fetch_optional(executor)
    .await?;
    row.map(Session::try_from).transpose()
}

/// The session of a reference token, locked.
pub async fn lock_by_token(tx: &mut Tx, token_hash: [u8; 32]) -> Result<Option<Session>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select session_id, flow_id, person_id, portal, started_at as "started_at: Instant",
            last_used_at as "last_used_at: Instant", expires_at as "expires_at: Instant",
            ended_at as "ended_at: Instant"
        from sessions where token_hash = $1 for no key update
        "#,
        token_hash.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Session::try_from).transpose()
}

/// A session of one of these persons, locked.
pub async fn lock_of_person(
    tx: &mut Tx,
    session_id: SessionId,
    person_ids: &[Uuid],
) -> Result<Option<Session>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select session_id, flow_id, person_id, portal, started_at as "started_at: Instant",
            last_used_at as "last_used_at: Instant", expires_at as "expires_at: Instant",
            ended_at as "ended_at: Instant"
        from sessions where session_id = $1 and person_id = any($2) for no key update
        "#,
        session_id.as_uuid(),
        person_ids,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Session::try_from).transpose()
}

/// Notes the last use.
pub async fn touch(tx: &mut Tx, session: &Session) -> Result<()> {
    sqlx::query!(
        "update sessions set last_used_at = $2 where session_id = $1",
        session.session_id.as_uuid(),
        Instant::from(session.last_used_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends a session; one that has ended stays as it is.
pub async fn end(tx: &mut Tx, session_id: SessionId) -> Result<()> {
    let now = Instant::from(tx.now());
    sqlx::query!(
        "update sessions set ended_at = $2 where session_id = $1 and ended_at is null",
        session_id.as_uuid(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Open sessions of these persons, newest first.
pub async fn list(
    executor: impl PgExecutor<'_>,
    keys: &KeyRing,
    person_ids: &[Uuid],
    now: jiff::Timestamp,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ListedSession>> {
    let used_after = |portal| Instant::from(Session::used_after(portal, now));
    let rows = sqlx::query_as!(
        ListedRow,
        r#"
        select session_id, flow_id, person_id, portal, started_at as "started_at: Instant",
            last_used_at as "last_used_at: Instant", expires_at as "expires_at: Instant",
            ended_at as "ended_at: Instant", sealed_agent as "sealed_agent: Sealed"
        from sessions
        where person_id = any($1) and ended_at is null and expires_at > $2
            and last_used_at > case portal when 'staff' then $3::timestamptz else $4::timestamptz end
            and ($5::uuid is null or session_id < $5)
        order by session_id desc limit $6
        "#,
        person_ids,
        Instant::from(now) as _,
        used_after(Portal::Staff) as _,
        used_after(Portal::Participant) as _,
        before,
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Sessions of these persons, open or over, in the order they began.
pub async fn held(
    executor: impl PgExecutor<'_>,
    keys: &KeyRing,
    person_ids: &[Uuid],
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<ListedSession>> {
    let rows = sqlx::query_as!(
        ListedRow,
        r#"
        select session_id, flow_id, person_id, portal, started_at as "started_at: Instant",
            last_used_at as "last_used_at: Instant", expires_at as "expires_at: Instant",
            ended_at as "ended_at: Instant", sealed_agent as "sealed_agent: Sealed"
        from sessions
        where person_id = any($1) and ($2::uuid is null or session_id > $2)
        order by session_id limit $3
        "#,
        person_ids,
        after.map(SessionId::as_uuid),
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

impl TryFrom<Row> for Session {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            session_id: SessionId::from_uuid(row.session_id),
            flow_id: FlowId::from_uuid(row.flow_id),
            person_id: PersonId::from_uuid(row.person_id),
            portal: Portal::try_from(row.portal.as_str()).map_err(Error::word("sessions", row.session_id))?,
            started_at: row.started_at.timestamp(),
            last_used_at: row.last_used_at.timestamp(),
            expires_at: row.expires_at.timestamp(),
            ended_at: row.ended_at.map(Instant::timestamp),
        })
    }
}

impl ListedRow {
    fn open(self, keys: &KeyRing) -> Result<ListedSession> {
        let agent = self
            .sealed_agent
            .map(|sealed| open(keys, SESSION_AGENT, self.session_id, &sealed))
            .transpose()?;
        let row = Row {
            session_id: self.session_id,
            flow_id: self.flow_id,
            person_id: self.person_id,
            portal: self.portal,
            started_at: self.started_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
        };
        Ok(ListedSession {
            session: row.try_into()?,
            user_agent: agent.unwrap_or_default(),
        })
    }
}
