//! An administrator makes an account for a colleague. With a number it is bound to that person; without, whoever follows
//! the link waits until an administrator has compared the BankID name.

use platform::db::Tx;
use platform::idempotency;
use proto::staff::v1 as pb;
use serde_json::json;

use super::{Caller, Commands, Once, insert_account, lock_organisation, note};
use crate::commands::tell_identity;
use crate::domain::account::{Account, AccountState, Invitation};
use crate::domain::contact::{ContactPoint, Email, PersonName, Phone};
use crate::domain::ids::{AccountId, InvitationId, OrganisationId, PersonId};
use crate::domain::invitation::{InvitationOrder, InvitationSubject, Language, Wanted};
use crate::domain::number::PersonalNumber;
use crate::domain::organisation::Organisation;
use crate::domain::permission::{Grant, PermissionSet};
use crate::domain::scope::{Scope, WantedUnit};
use crate::error::StaffError;
use crate::grpc::convert;
use crate::store;

/// Whom to invite with what permissions.
#[derive(Clone, Debug)]
pub struct InviteColleague {
    pub organisation: OrganisationId,
    pub name: PersonName,
    pub number: Option<PersonalNumber>,
    pub contact: ContactPoint,
    pub permissions: Vec<Grant>,
    pub scope: Vec<WantedUnit>,
    pub language: Language,
}

type Request = pb::InviteColleagueRequest;
type Answer = pb::InviteColleagueResponse;

impl Commands {
    pub async fn invite_colleague(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        input: &InviteColleague,
    ) -> Result<Answer, StaffError> {
        let person = match &input.number {
            Some(number) => Some(self.identity.register_person(number, "personal_number").await?),
            None => None,
        };
        self.database
            .transaction("staff.invite_colleague", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let account = self.invite(tx, caller, input, person).await?;
                    Ok::<_, StaffError>(Answer {
                        account: Some(convert::account(&account)),
                    })
                })
                .await
            })
            .await
    }

    async fn invite(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        input: &InviteColleague,
        person: Option<PersonId>,
    ) -> Result<Account, StaffError> {
        let organisation = lock_organisation(tx, input.organisation).await?;
        let account = self.invited(tx, &organisation, input, person).await?;
        if let Some(person) = person
            && !store::accounts::of_person(tx, &[person], Some(organisation.id))
                .await?
                .is_empty()
        {
            return Err(StaffError::AccountExists);
        }
        let account = insert_account(tx, organisation.kind, account).await?;
        if let Some(link) = account.invitation {
            let order = order(&account, link, input);
            store::invitations::insert(tx, &order).await?;
            tell_identity::enqueue(tx, order.id).await?;
        }
        let details = json!({ "organisation": organisation.id, "person": person });
        note(
            tx,
            caller.line(
                "staff.invite_colleague",
                ("account", account.id.to_string()),
                details,
            ),
        )
        .await?;
        Ok(account)
    }

    async fn invited(
        &self,
        tx: &mut Tx,
        organisation: &Organisation,
        input: &InviteColleague,
        person: Option<PersonId>,
    ) -> Result<Account, StaffError> {
        let permissions = PermissionSet::parse(organisation.kind, input.permissions.clone())?;
        let own = store::units::ids_of_organisation(tx, organisation.id).await?;
        let scope = Scope::parse(&input.scope, &own)?;
        scope.check_for(&permissions)?;
        Ok(Account {
            id: AccountId::from_uuid(tx.new_id()),
            organisation: organisation.id,
            name: input.name.clone(),
            bankid_name: None,
            work_email: work_email(&input.contact),
            work_phone: work_phone(&input.contact),
            shows_function_only: false,
            state: AccountState::Invited { person },
            invitation: Some(Invitation {
                id: InvitationId::from_uuid(tx.new_id()),
                expires_at: self.invitations.end_of_link(tx.now()),
            }),
            permissions,
            scope,
            revision: super::unpublished(),
        })
    }
}

fn order(account: &Account, link: Invitation, input: &InviteColleague) -> InvitationOrder {
    InvitationOrder {
        id: link.id,
        subject: InvitationSubject::Colleague(account.id),
        contact: Some(input.contact.clone()),
        language: input.language,
        expires_at: link.expires_at,
        wanted: Wanted::Sent,
    }
}

fn work_email(contact: &ContactPoint) -> Option<Email> {
    match contact {
        ContactPoint::Email(email) => Some(email.clone()),
        ContactPoint::Mobile(_) => None,
    }
}

fn work_phone(contact: &ContactPoint) -> Option<Phone> {
    match contact {
        ContactPoint::Mobile(mobile) => Some(mobile.clone()),
        ContactPoint::Email(_) => None,
    }
}
