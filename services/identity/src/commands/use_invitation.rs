//! Marks a link as used by what it led to, and tells the caller the name of who used it, which leaves an audit line.

use platform::audit::{Actor, AuditLine, append};
use platform::db::Tx;
use serde_json::json;

use crate::domain::ids::{InvitationId, PersonId};
use crate::domain::person::Name;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::{invitations, persons};

/// Uses an invitation of a service; the second time changes nothing. Answers with the name of the person, if one is
/// given and has ever signed in.
pub async fn use_invitation(
    parts: &Parts,
    context: &str,
    invitation_id: InvitationId,
    person_id: Option<PersonId>,
) -> Result<Option<Name>> {
    parts
        .database
        .transaction("identity.use_invitation", async |tx| {
            let stored = invitations::lock(tx, invitation_id)
                .await?
                .filter(|stored| stored.context == context);
            let stored = stored.ok_or(Error::NotFound("invitation"))?;
            invitations::save(tx, &stored.invitation.used(tx.now())?).await?;
            match person_id {
                Some(person_id) => tell_name(tx, parts, context, invitation_id, person_id).await,
                None => Ok(None),
            }
        })
        .await
}

async fn tell_name(
    tx: &mut Tx,
    parts: &Parts,
    context: &str,
    invitation_id: InvitationId,
    person_id: PersonId,
) -> Result<Option<Name>> {
    let resolved = persons::resolve(&mut **tx, &parts.keys, &[person_id]).await?;
    let person = resolved.into_iter().next().ok_or(Error::NotFound("person"))?;
    let line = AuditLine {
        actor: Actor {
            kind: "service",
            id: context.to_owned(),
            account_id: None,
            organisation_id: None,
        },
        action: "identity.use_invitation",
        subject_kind: "person",
        subject_id: person_id.to_string(),
        purpose: Some("invitation"),
        details: json!({ "invitation_id": invitation_id }),
    };
    append(tx, line).await?;
    Ok(person.name)
}
