//! Sign-ins and signings under way. A flow ends once: whoever ends it finds it pending, everybody else changes nothing.

use jiff::Timestamp;
use platform::db::{Instant, Tx};
use platform::keys::Sealed;
use proto::identity::v1 as pb;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::sealing::hash;
use crate::domain::flow::{Flow, FlowState, Purpose};
use crate::domain::ids::{FlowId, PersonId, SessionId, SignatureId};
use crate::domain::portal::{Device, Language, Portal};
use crate::error::{Error, Result};

const TABLE: &str = "flows";

/// A flow with what is sealed in its row.
#[derive(Clone, Debug)]
pub struct StoredFlow {
    /// The flow.
    pub flow: Flow,
    /// Of a sign-in: hashes of the browser's secret and of the session's token.
    pub tokens: Option<TokenHashes>,
    /// The order as it was asked for.
    pub request: Sealed,
    /// The order as BankID answered.
    pub order: Sealed,
}

/// Hashes of the secrets of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHashes {
    /// Of the browser's secret.
    pub flow_token: [u8; 32],
    /// Of the reference token that follows from it.
    pub session_token: [u8; 32],
}

struct Row {
    flow_id: Uuid,
    purpose: String,
    portal: Option<String>,
    token_hash: Option<Vec<u8>>,
    session_token_hash: Option<Vec<u8>>,
    person_id: Option<Uuid>,
    session_id: Option<Uuid>,
    signature_ids: Option<Vec<Uuid>>,
    device: String,
    language: String,
    sealed_request: Sealed,
    sealed_order: Sealed,
    order_started_at: Instant,
    restarts: i32,
    state: String,
    message: i32,
    expires_at: Instant,
    finished_at: Option<Instant>,
}

/// Writes a new flow.
pub async fn insert(tx: &mut Tx, stored: &StoredFlow) -> Result<()> {
    let flow = &stored.flow;
    let (portal, signing) = match &flow.purpose {
        Purpose::SignIn { portal } => (Some(portal.as_str()), None),
        Purpose::Signing {
            person_id,
            session_id,
            signature_ids,
        } => {
            let ids: Vec<Uuid> = signature_ids.iter().map(|id| id.as_uuid()).collect();
            (None, Some((person_id.as_uuid(), session_id.as_uuid(), ids)))
        }
    };
    sqlx::query!(
        r#"
        insert into flows (flow_id, purpose, portal, token_hash, session_token_hash, person_id, session_id,
            signature_ids, device, language, sealed_request, sealed_order, order_started_at, state, message,
            created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending', $14, $13, $15)
        "#,
        flow.flow_id.as_uuid(),
        flow.purpose.as_str(),
        portal,
        stored.tokens.map(|tokens| tokens.flow_token.to_vec()),
        stored.tokens.map(|tokens| tokens.session_token.to_vec()),
        signing.as_ref().map(|(person_id, _, _)| *person_id),
        signing.as_ref().map(|(_, session_id, _)| *session_id),
        signing.as_ref().map(|(_, _, ids)| ids.as_slice()),
        flow.device.as_str(),
        flow.language.as_str(),
        stored.request.clone() as _,
        stored.order.clone() as _,
        Instant::from(flow.order_started_at) as _,
        i32::from(flow.state.message()),
        Instant::from(flow.expires_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The flow of an id.
pub async fn find(executor: impl PgExecutor<'_>, flow_id: FlowId) -> Result<Option<StoredFlow>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select flow_id, purpose, portal, token_hash, session_token_hash, person_id, session_id, signature_ids, device,
            language, sealed_request as "sealed_request: Sealed", sealed_order as "sealed_order: Sealed",
            order_started_at as "order_started_at: Instant", restarts, state, message,
            expires_at as "expires_at: Instant", finished_at as "finished_at: Instant"
        from flows where flow_id = $1
        "#,
        flow_id.as_uuid()
    )
    .fetch_optional(executor)
    .await?;
    row.map(StoredFlow::try_from).transpose()
}

/// Pending signings of a session.
pub async fn pending_signings(executor: impl PgExecutor<'_>, session_id: SessionId) -> Result<Vec<FlowId>> {
    let ids = sqlx::query_scalar!(
        "select flow_id from flows where session_id = $1 and state = 'pending'",
        session_id.as_uuid()
    );
    Ok(ids
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(FlowId::from_uuid)
        .collect())
}

/// Notes what to show. Answers whether the flow was still pending.
pub async fn set_message(tx: &mut Tx, flow_id: FlowId, message: pb::BankidMessage) -> Result<bool> {
    let changed = sqlx::query!(
        "update flows set message = $2 where flow_id = $1 and state = 'pending'",
        flow_id.as_uuid(),
        i32::from(message),
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Puts a new order into the flow. Answers whether the flow was still pending with the order before.
pub async fn restart(tx: &mut Tx, flow: &Flow, order: &Sealed, started_at: Timestamp) -> Result<bool> {
    let restarts = i32::try_from(flow.restarts).unwrap_or(i32::MAX);
    let first = crate::domain::flow::first_message(flow.device);
    let changed = sqlx::query!(
        r#"
        update flows set sealed_order = $2, order_started_at = $3, restarts = restarts + 1, message = $4
        where flow_id = $1 and state = 'pending' and restarts = $5
        "#,
        flow.flow_id.as_uuid(),
        order.clone() as _,
        Instant::from(started_at) as _,
        i32::from(first),
        restarts,
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Ends the flow with its result. Answers whether it was still pending.
pub async fn complete(tx: &mut Tx, flow_id: FlowId, completion: &Sealed) -> Result<bool> {
    let now = Instant::from(tx.now());
    let changed = sqlx::query!(
        r#"
        update flows set state = 'complete', message = 0, sealed_completion = $2, finished_at = $3
        where flow_id = $1 and state = 'pending'
        "#,
        flow_id.as_uuid(),
        completion.clone() as _,
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Ends the flow without result. Answers whether it was still pending.
pub async fn fail(tx: &mut Tx, flow_id: FlowId, message: pb::BankidMessage) -> Result<bool> {
    let now = Instant::from(tx.now());
    let changed = sqlx::query!(
        "update flows set state = 'failed', message = $2, finished_at = $3 where flow_id = $1 and state = 'pending'",
        flow_id.as_uuid(),
        i32::from(message),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Forgets a flow.
pub async fn delete(tx: &mut Tx, flow_id: FlowId) -> Result<()> {
    sqlx::query!("delete from flows where flow_id = $1", flow_id.as_uuid())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl TryFrom<Row> for StoredFlow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let (flow_id, tokens) = (row.flow_id, row.tokens()?);
        let flow = Flow {
            flow_id: FlowId::from_uuid(flow_id),
            purpose: row.purpose()?,
            device: Device::try_from(row.device.as_str()).map_err(Error::word(TABLE, flow_id))?,
            language: Language::try_from(row.language.as_str()).map_err(Error::word(TABLE, flow_id))?,
            state: row.state()?,
            restarts: u32::try_from(row.restarts)
                .map_err(|_| Error::inconsistent(TABLE, "restarts", flow_id))?,
            order_started_at: row.order_started_at.timestamp(),
            expires_at: row.expires_at.timestamp(),
        };
        Ok(Self {
            flow,
            tokens,
            request: row.sealed_request,
            order: row.sealed_order,
        })
    }
}

impl Row {
    fn tokens(&self) -> Result<Option<TokenHashes>> {
        let (Some(flow), Some(session)) = (&self.token_hash, &self.session_token_hash) else {
            return Ok(None);
        };
        let flow_token = hash(TABLE, "token_hash", self.flow_id, flow)?;
        let session_token = hash(TABLE, "session_token_hash", self.flow_id, session)?;
        Ok(Some(TokenHashes {
            flow_token,
            session_token,
        }))
    }

    fn purpose(&self) -> Result<Purpose> {
        let signing = (self.person_id, self.session_id, self.signature_ids.as_ref());
        match (self.purpose.as_str(), self.portal.as_deref(), signing) {
            ("sign_in", Some(portal), _) => Ok(Purpose::SignIn {
                portal: Portal::try_from(portal).map_err(Error::word(TABLE, self.flow_id))?,
            }),
            ("signing", None, (Some(person_id), Some(session_id), Some(ids))) => Ok(Purpose::Signing {
                person_id: PersonId::from_uuid(person_id),
                session_id: SessionId::from_uuid(session_id),
                signature_ids: ids.iter().copied().map(SignatureId::from_uuid).collect(),
            }),
            _ => Err(Error::inconsistent(TABLE, "purpose", self.flow_id)),
        }
    }

    fn state(&self) -> Result<FlowState> {
        let wrong = || Error::inconsistent(TABLE, "state", self.flow_id);
        let message = pb::BankidMessage::try_from(self.message).map_err(|_| wrong())?;
        match (self.state.as_str(), self.finished_at.map(Instant::timestamp)) {
            ("pending", None) => Ok(FlowState::Pending { message }),
            ("complete", Some(finished_at)) => Ok(FlowState::Complete { finished_at }),
            ("failed", Some(finished_at)) => Ok(FlowState::Failed { message, finished_at }),
            _ => Err(wrong()),
        }
    }
}
