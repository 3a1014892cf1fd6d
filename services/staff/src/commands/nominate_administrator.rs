//! The agency names an organisation's administrator. A kill after the call to identity leaves a registered person and
//! nothing else; after the transaction the job sends the invitation, however often it takes.

use platform::db::Tx;
use platform::idempotency;
use proto::staff::v1 as pb;
use serde_json::json;

use super::{Caller, Commands, Once, lock_organisation, note};
use crate::commands::tell_identity;
use crate::domain::contact::{ContactPoint, PersonName};
use crate::domain::ids::{InvitationId, NominationId, OrganisationId, PersonId};
use crate::domain::invitation::{InvitationOrder, InvitationSubject, Language, Wanted};
use crate::domain::nomination::{Nomination, NominationState, may_be_for};
use crate::domain::number::PersonalNumber;
use crate::error::StaffError;
use crate::grpc::convert;
use crate::store;

/// Whom to nominate.
#[derive(Clone, Debug)]
pub struct NominateAdministrator {
    pub organisation: OrganisationId,
    pub number: PersonalNumber,
    pub name: PersonName,
    pub contact: ContactPoint,
    pub language: Language,
}

type Request = pb::NominateAdministratorRequest;
type Answer = pb::NominateAdministratorResponse;

impl Commands {
    pub async fn nominate_administrator(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        input: &NominateAdministrator,
    ) -> Result<Answer, StaffError> {
        self.check_organisation(input.organisation).await?;
        let person = self
            .identity
            .register_person(&input.number, "personal_number")
            .await?;
        self.database
            .transaction("staff.nominate_administrator", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let nomination = self.nominate(tx, caller, input, person).await?;
                    Ok::<_, StaffError>(Answer {
                        nomination: Some(convert::nomination(&nomination, tx.now())),
                    })
                })
                .await
            })
            .await
    }

    // Nobody is registered for an organisation that is not there.
    async fn check_organisation(&self, id: OrganisationId) -> Result<(), StaffError> {
        self.database
            .transaction("staff.check_organisation", async |tx| {
                let found = store::organisations::find(tx, id).await?;
                let organisation = found.ok_or(StaffError::NotFound("organisation"))?;
                Ok(may_be_for(organisation.kind)?)
            })
            .await
    }

    async fn nominate(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        input: &NominateAdministrator,
        person: PersonId,
    ) -> Result<Nomination, StaffError> {
        let organisation = lock_organisation(tx, input.organisation).await?;
        let nomination = Nomination {
            id: NominationId::from_uuid(tx.new_id()),
            organisation: organisation.id,
            person,
            name: input.name.clone(),
            state: NominationState::Open,
            nominated_at: tx.now(),
            expires_at: self.invitations.end_of_link(tx.now()),
            invitation: InvitationId::from_uuid(tx.new_id()),
            refused_attempts: 0,
        };
        store::nominations::insert(tx, &nomination).await?;
        let order = InvitationOrder {
            id: nomination.invitation,
            subject: InvitationSubject::Nomination(nomination.id),
            contact: Some(input.contact.clone()),
            language: input.language,
            expires_at: nomination.expires_at,
            wanted: Wanted::Sent,
        };
        store::invitations::insert(tx, &order).await?;
        tell_identity::enqueue(tx, order.id).await?;
        let details = json!({ "organisation": organisation.id, "person": person });
        let subject = ("nomination", nomination.id.to_string());
        note(tx, caller.line("staff.nominate_administrator", subject, details)).await?;
        Ok(nomination)
    }
}
