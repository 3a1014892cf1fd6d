//! Invitations. Address and secret are sealed; the secret is forgotten once the message has left.

use platform::db::{Instant, Tx};
use platform::keys::{KeyRing, Purpose, Sealed};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::sealing::{INVITATION_ADDRESS, INVITATION_SECRET, open, seal};
use crate::domain::contact_point::ContactPoint;
use crate::domain::ids::{InvitationId, SubjectId};
use crate::domain::invitation::{Delivery, Invitation, InvitationKind, Link};
use crate::domain::portal::Language;
use crate::domain::secret::SecretToken;
use crate::error::{Error, Result};

const TABLE: &str = "invitations";
const CONTENT_HASH: Purpose = Purpose::new("invitation.content");

/// A new invitation with what only its row knows.
pub struct NewInvitation<'a> {
    /// The service that invites.
    pub context: &'a str,
    /// The invitation.
    pub invitation: &'a Invitation,
    /// Where it goes.
    pub to: &'a ContactPoint,
    /// The link's secret.
    pub secret: &'a SecretToken,
}

/// A stored invitation.
#[derive(Clone, Debug)]
pub struct StoredInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The service that invited.
    pub context: String,
    content_hash: Vec<u8>,
    channel: String,
    address: Sealed,
    secret: Option<Sealed>,
}

struct Row {
    invitation_id: Uuid,
    context: String,
    kind: String,
    subject_id: Uuid,
    channel: String,
    sealed_address: Sealed,
    language: String,
    content_hash: Vec<u8>,
    sealed_secret: Option<Sealed>,
    delivery: String,
    delivered_at: Option<Instant>,
    link: String,
    link_ended_at: Option<Instant>,
    expires_at: Instant,
}

impl NewInvitation<'_> {
    fn content_hash(&self, keys: &KeyRing) -> [u8; 32] {
        let of = self.invitation;
        let expires_at = Instant::from(of.expires_at).to_string();
        let parts = [
            self.context,
            of.kind.as_str(),
            &of.subject_id.to_string(),
            self.to.channel(),
            self.to.address(),
            of.language.as_str(),
            &expires_at,
        ];
        keys.mac(CONTENT_HASH, parts.join("\n").as_bytes())
    }
}

impl StoredInvitation {
    /// Where it goes.
    pub fn to(&self, keys: &KeyRing) -> Result<ContactPoint> {
        let id = self.invitation.invitation_id.as_uuid();
        let address: String = open(keys, INVITATION_ADDRESS, id, &self.address)?;
        ContactPoint::stored(&self.channel, address).map_err(Error::word(TABLE, id))
    }

    /// The link's secret, while it has not left.
    pub fn secret(&self, keys: &KeyRing) -> Result<SecretToken> {
        let id = self.invitation.invitation_id.as_uuid();
        let wrong = || Error::inconsistent(TABLE, "sealed_secret", id);
        let text: String = open(
            keys,
            INVITATION_SECRET,
            id,
            self.secret.as_ref().ok_or_else(wrong)?,
        )?;
        SecretToken::parse(&text).ok_or_else(wrong)
    }

    /// Whether it is the same invitation.
    pub fn has_content_of(&self, keys: &KeyRing, new: &NewInvitation<'_>) -> bool {
        self.content_hash == new.content_hash(keys)
    }
}

/// Writes a new invitation. Answers whether it is new.
pub async fn insert(tx: &mut Tx, keys: &KeyRing, new: &NewInvitation<'_>) -> Result<bool> {
    let (of, now) = (new.invitation, Instant::from(tx.now()));
    let id = of.invitation_id.as_uuid();
    let (content_hash, secret_hash) = (new.content_hash(keys), new.secret.hash());
    let written = sqlx::query!(
        r#"
        insert into invitations (invitation_id, context, kind, subject_id, channel, sealed_address, language,
            content_hash, secret_hash, sealed_secret, delivery, link, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', 'open', $11, $12)
        on conflict (invitation_id) do nothing
        "#,
        id,
        new.context,
        of.kind.as_str(),
        of.subject_id.as_uuid(),
        new.to.channel(),
        seal(keys, INVITATION_ADDRESS, id, &new.to.address()) as _,
        of.language.as_str(),
        content_hash.as_slice(),
        secret_hash.as_slice(),
        seal(keys, INVITATION_SECRET, id, &new.secret.expose()) as _,
        now as _,
        Instant::from(of.expires_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The invitation of an id.
pub async fn find(
    executor: impl PgExecutor<'_>,
    invitation_id: InvitationId,
) -> Result<Option<StoredInvitation>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select invitation_id, context, kind, subject_id, channel, sealed_address as "sealed_address: Sealed", language,
            content_hash, sealed_secret as "sealed_secret: Sealed", delivery, delivered_at as "delivered_at: Instant",
            link, link_ended_at as "link_ended_at: Instant", expires_at as "expires_at: Instant"
        from invitations where invitation_id = $1
        "#,
        invitation_id.as_uuid()
    )
    .fetch_optional(executor)
    .await?;
    row.map(StoredInvitation::try_from).transpose()
}

/// The invitation of an id, locked.
pub async fn lock(tx: &mut Tx, invitation_id: InvitationId) -> Result<Option<StoredInvitation>> {
    sqlx::query!(
        "select from invitations where invitation_id = $1 for no key update",
        invitation_id.as_uuid()
    )
    .fetch_optional(&mut **tx)
    .await?;
    find(&mut **tx, invitation_id).await
}

/// The invitation of a link.
pub async fn of_link(
    executor: impl PgExecutor<'_>,
    secret_hash: [u8; 32],
) -> Result<Option<StoredInvitation>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select invitation_id, context, kind, subject_id, channel, sealed_address as "sealed_address: Sealed", language,
            content_hash, sealed_secret as "sealed_secret: Sealed", delivery, delivered_at as "delivered_at: Instant",
            link, link_ended_at as "link_ended_at: Instant", expires_at as "expires_at: Instant"
        from invitations where secret_hash = $1
        "#,
        secret_hash.as_slice()
    )
    .fetch_optional(executor)
    .await?;
    row.map(StoredInvitation::try_from).transpose()
}

/// Writes how far the invitation has come; the secret is forgotten once it needs not be sent any more.
pub async fn save(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    let (delivery, delivered_at) = match invitation.delivery {
        Delivery::Queued => ("queued", None),
        Delivery::Sent(at) => ("sent", Some(at)),
        Delivery::Failed(at) => ("failed", Some(at)),
    };
    let (link, link_ended_at) = match invitation.link {
        Link::Open => ("open", None),
        Link::Used(at) => ("used", Some(at)),
        Link::Cancelled(at) => ("cancelled", Some(at)),
    };
    sqlx::query!(
        r#"
        update invitations set delivery = $2, delivered_at = $3, link = $4, link_ended_at = $5,
            sealed_secret = case when $2 = 'queued' and $4 = 'open' then sealed_secret end
        where invitation_id = $1
        "#,
        invitation.invitation_id.as_uuid(),
        delivery,
        delivered_at.map(Instant::from) as _,
        link,
        link_ended_at.map(Instant::from) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl TryFrom<Row> for StoredInvitation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.invitation_id;
        let invitation = Invitation {
            invitation_id: InvitationId::from_uuid(id),
            kind: InvitationKind::try_from(row.kind.as_str()).map_err(Error::word(TABLE, id))?,
            subject_id: SubjectId::from_uuid(row.subject_id),
            language: Language::try_from(row.language.as_str()).map_err(Error::word(TABLE, id))?,
            delivery: row.delivery()?,
            link: row.link()?,
            expires_at: row.expires_at.timestamp(),
        };
        Ok(Self {
            invitation,
            context: row.context,
            content_hash: row.content_hash,
            channel: row.channel,
            address: row.sealed_address,
            secret: row.sealed_secret,
        })
    }
}

impl Row {
    fn delivery(&self) -> Result<Delivery> {
        match (self.delivery.as_str(), self.delivered_at.map(Instant::timestamp)) {
            ("queued", None) => Ok(Delivery::Queued),
            ("sent", Some(at)) => Ok(Delivery::Sent(at)),
            ("failed", Some(at)) => Ok(Delivery::Failed(at)),
            _ => Err(Error::inconsistent(TABLE, "delivery", self.invitation_id)),
        }
    }

    fn link(&self) -> Result<Link> {
        match (self.link.as_str(), self.link_ended_at.map(Instant::timestamp)) {
            ("open", None) => Ok(Link::Open),
            ("used", Some(at)) => Ok(Link::Used(at)),
            ("cancelled", Some(at)) => Ok(Link::Cancelled(at)),
            _ => Err(Error::inconsistent(TABLE, "link", self.invitation_id)),
        }
    }
}
