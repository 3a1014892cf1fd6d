//! What identity shall know of invitations.

use platform::db::{DbError, Inconsistency, Instant, Tx};
use uuid::Uuid;

use super::inconsistent;
use crate::domain::contact::{BankIdName, ContactPoint, Email, Phone};
use crate::domain::ids::{AccountId, InvitationId, NominationId, PersonId};
use crate::domain::invitation::{InvitationOrder, InvitationSubject, Language, Wanted};

const TABLE: &str = "invitations";

struct InvitationRow {
    invitation_id: InvitationId,
    kind: String,
    subject_id: Uuid,
    email: Option<String>,
    mobile: Option<String>,
    language: String,
    expires_at: Instant,
    wanted: String,
    used_by: Option<PersonId>,
}

pub async fn insert(tx: &mut Tx, order: &InvitationOrder) -> Result<(), DbError> {
    let (kind, subject) = match order.subject {
        InvitationSubject::Nomination(id) => ("nomination", id.as_uuid()),
        InvitationSubject::Colleague(id) => ("colleague", id.as_uuid()),
    };
    let (email, mobile) = match &order.contact {
        Some(ContactPoint::Email(email)) => (Some(email.as_str()), None),
        Some(ContactPoint::Mobile(mobile)) => (None, Some(mobile.as_str())),
        None => (None, None),
    };
    sqlx::query!(
        "insert into invitations (invitation_id, kind, subject_id, email, mobile, language, expires_at, wanted)
        values ($1, $2, $3, $4, $5, $6, $7, $8)",
        order.id as _,
        kind,
        subject,
        email,
        mobile,
        order.language.code(),
        Instant::from(order.expires_at) as _,
        order.wanted.code(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn lock(tx: &mut Tx, id: InvitationId) -> Result<Option<InvitationOrder>, DbError> {
    let row = sqlx::query_as!(
        InvitationRow,
        r#"select invitation_id as "invitation_id: InvitationId", kind, subject_id, email, mobile, language, expires_at,
            wanted, used_by as "used_by: PersonId"
        from invitations where invitation_id = $1 for update"#,
        id as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(InvitationOrder::try_from).transpose()?)
}

/// Changes what identity shall do. An invitation that was used stays used.
pub async fn want(tx: &mut Tx, id: InvitationId, wanted: Wanted) -> Result<bool, DbError> {
    let used_by = match wanted {
        Wanted::Used { by } => Some(by),
        Wanted::Sent | Wanted::Cancelled => None,
    };
    let changed = sqlx::query!(
        "update invitations set wanted = $2, used_by = $3 where invitation_id = $1 and wanted = 'sent'",
        id as _,
        wanted.code(),
        used_by as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Identity has been told; the address is not needed any more.
pub async fn set_told(tx: &mut Tx, id: InvitationId, told: Wanted) -> Result<(), DbError> {
    sqlx::query!(
        "update invitations set told = $2, email = null, mobile = null where invitation_id = $1",
        id as _,
        told.code(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives the account that an invitation led to the name that BankID told of its person. Needs no lock of the organisation:
/// nothing else writes the column, and no record holds it.
pub async fn set_bankid_name(tx: &mut Tx, order: &InvitationOrder, name: &BankIdName) -> Result<(), DbError> {
    sqlx::query!(
        "update accounts set bankid_name = $2
        where bankid_name is null and state <> 'ended'
            and (invitation_id = $1
                or account_id = (select account_id from nominations where invitation_id = $1))",
        order.id as _,
        name.as_str(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl TryFrom<InvitationRow> for InvitationOrder {
    type Error = Inconsistency;

    fn try_from(row: InvitationRow) -> Result<Self, Inconsistency> {
        let id = row.invitation_id;
        let wrong = |column| inconsistent(TABLE, column, id);
        Ok(Self {
            id,
            subject: match row.kind.as_str() {
                "nomination" => InvitationSubject::Nomination(NominationId::from_uuid(row.subject_id)),
                "colleague" => InvitationSubject::Colleague(AccountId::from_uuid(row.subject_id)),
                _ => return Err(wrong("kind")),
            },
            contact: contact(row.email.as_deref(), row.mobile.as_deref()).map_err(wrong)?,
            language: match row.language.as_str() {
                "sv" => Language::Swedish,
                "en" => Language::English,
                _ => return Err(wrong("language")),
            },
            expires_at: row.expires_at.timestamp(),
            wanted: match (row.wanted.as_str(), row.used_by) {
                ("sent", None) => Wanted::Sent,
                ("cancelled", None) => Wanted::Cancelled,
                ("used", Some(by)) => Wanted::Used { by },
                _ => return Err(wrong("wanted")),
            },
        })
    }
}

fn contact(email: Option<&str>, mobile: Option<&str>) -> Result<Option<ContactPoint>, &'static str> {
    match (email, mobile) {
        (None, None) => Ok(None),
        (Some(email), None) => Email::parse(email)
            .map(ContactPoint::Email)
            .map(Some)
            .map_err(|_| "email"),
        (None, Some(mobile)) => Phone::parse_mobile(mobile)
            .map(ContactPoint::Mobile)
            .map(Some)
            .map_err(|_| "mobile"),
        (Some(_), Some(_)) => Err("mobile"),
    }
}
