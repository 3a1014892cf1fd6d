//! An administrator changes name, contact, permissions or scope of an account.

use platform::db::Tx;
use platform::grpc::convert::etag;
use platform::idempotency;
use proto::staff::v1 as pb;
use serde_json::json;

use super::{Caller, Commands, Once, lock_account, note, update_account};
use crate::commands::end_account::check_administrators;
use crate::domain::account::{Account, AccountChange};
use crate::domain::administrators::Changer;
use crate::domain::contact::{Email, PersonName, Phone};
use crate::domain::ids::{AccountId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::domain::permission::{Grant, PermissionSet};
use crate::domain::scope::{Scope, WantedUnit};
use crate::error::StaffError;
use crate::grpc::convert;
use crate::store;

/// New values of the fields that shall change. For contacts the inner None clears the field.
#[derive(Clone, Debug, Default)]
pub struct UpdateAccount {
    pub etag: String,
    pub name: Option<PersonName>,
    pub work_email: Option<Option<Email>>,
    pub work_phone: Option<Option<Phone>>,
    pub shows_function_only: Option<bool>,
    pub permissions: Option<Vec<Grant>>,
    pub scope: Option<Vec<WantedUnit>>,
}

type Request = pb::UpdateAccountRequest;
type Answer = pb::UpdateAccountResponse;

impl Commands {
    pub async fn update_account(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        own: OrganisationId,
        id: AccountId,
        input: &UpdateAccount,
    ) -> Result<Answer, StaffError> {
        self.database
            .transaction("staff.update_account", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let account = change(tx, caller, own, id, input).await?;
                    Ok::<_, StaffError>(Answer {
                        account: Some(convert::account(&account)),
                    })
                })
                .await
            })
            .await
    }
}

async fn change(
    tx: &mut Tx,
    caller: &Caller,
    own: OrganisationId,
    id: AccountId,
    input: &UpdateAccount,
) -> Result<Account, StaffError> {
    let (organisation, before) = lock_account(tx, id, Some(own)).await?;
    if input.etag != etag(before.revision) {
        return Err(StaffError::EtagMismatch);
    }
    let wanted = wanted(tx, &organisation, input).await?;
    let after = before.clone().change(wanted)?;
    after.scope.check_for(&after.permissions)?;
    if after == before {
        return Ok(before);
    }
    check_administrators(tx, Changer::Organisation, &before, &after).await?;
    let account = update_account(tx, organisation.kind, after).await?;
    let details = json!({ "organisation": organisation.id, "revision": account.revision.to_string() });
    note(
        tx,
        caller.line("staff.update_account", ("account", id.to_string()), details),
    )
    .await?;
    Ok(account)
}

async fn wanted(
    tx: &mut Tx,
    organisation: &Organisation,
    input: &UpdateAccount,
) -> Result<AccountChange, StaffError> {
    let permissions = input
        .permissions
        .clone()
        .map(|wanted| PermissionSet::parse(organisation.kind, wanted));
    let scope = match &input.scope {
        Some(wanted) => {
            let own = store::units::ids_of_organisation(tx, organisation.id).await?;
            Some(Scope::parse(wanted, &own)?)
        }
        None => None,
    };
    Ok(AccountChange {
        name: input.name.clone(),
        work_email: input.work_email.clone(),
        work_phone: input.work_phone.clone(),
        shows_function_only: input.shows_function_only,
        permissions: permissions.transpose()?,
        scope,
    })
}
