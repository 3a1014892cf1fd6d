//! Imports an uploaded register. The numbers of sole traders go to identity before the transaction, which is harmless to
//! repeat (also when the file is only validated: without the person's id nothing could be compared); everything else is
//! one transaction, in which imports take turns.

mod read;

use platform::db::Tx;
use platform::idempotency;
use platform::uploads::UploadError;
use proto::staff::v1 as pb;
use serde_json::json;
use uuid::Uuid;

use super::{Caller, Commands, Once, note, today};
use crate::domain::calendar;
use crate::domain::organisation::{Organisation, OrganisationKey, Unit};
use crate::domain::register::plan::{Change, ReadRow};
use crate::domain::register::{self, Closing, Plan};
use crate::error::StaffError;
use crate::events::publish;
use crate::grpc::convert;
use crate::store;
use read::SoleTraders;

/// What to import and how.
#[derive(Clone, Copy, Debug)]
pub struct ImportRegister {
    pub upload: Uuid,
    pub closing: Closing,
    pub validate_only: bool,
}

type Request = pb::ImportRegisterRequest;
type Answer = pb::ImportRegisterResponse;

impl Commands {
    pub async fn import_register(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        input: ImportRegister,
    ) -> Result<Answer, StaffError> {
        let sole_traders = self.sole_traders(caller, input.upload).await?;
        self.database
            .transaction("staff.import_register", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    self.import(tx, caller, input, &sole_traders).await
                })
                .await
            })
            .await
    }

    // A file that is gone is no error yet: the request may have been answered before.
    async fn sole_traders(&self, caller: &Caller, upload: Uuid) -> Result<SoleTraders, StaffError> {
        let content = self
            .database
            .transaction("staff.read_register", async |tx| {
                match self.uploads.read(tx, &caller.subject, upload).await {
                    Ok(content) => Ok(Some(content)),
                    Err(UploadError::Unknown) => Ok(None),
                    Err(error) => Err(StaffError::from(error)),
                }
            })
            .await?;
        let Some(content) = content else {
            return Ok(SoleTraders::default());
        };
        let sheet = register::Sheet::parse(&content)?;
        let today = calendar::day_of(self.database.now());
        SoleTraders::register(&self.identity, &sheet, today).await
    }

    async fn import(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        input: ImportRegister,
        sole_traders: &SoleTraders,
    ) -> Result<Answer, StaffError> {
        let content = self.uploads.read(tx, &caller.subject, input.upload).await?;
        let sheet = register::Sheet::parse(&content)?;
        let rows = read::rows(&sheet, today(tx), sole_traders);
        store::register::take_turn(tx).await?;
        let existing = store::register::existing(tx, &keys(&rows), &unit_numbers(&rows)).await?;
        let plan = register::plan(&rows, existing, input.closing, &mut || tx.new_id());
        let is_imported = plan.is_accepted && !input.validate_only;
        if is_imported {
            save(tx, &plan).await?;
            self.uploads.delete(tx, input.upload).await?;
            let details = json!({ "rows": rows.len(), "organisations": plan.organisations.len(), "units": plan.units.len() });
            note(
                tx,
                caller.line(
                    "staff.import_register",
                    ("upload", input.upload.to_string()),
                    details,
                ),
            )
            .await?;
        }
        Ok(convert::import_report(&plan, is_imported))
    }
}

/// Saves what differs and publishes what differs for others.
async fn save(tx: &mut Tx, plan: &Plan) -> Result<(), StaffError> {
    let organisations: Vec<&Organisation> = plan.organisations.iter().map(|change| &change.after).collect();
    let units: Vec<&Unit> = plan.units.iter().map(|change| &change.after).collect();
    store::register::save_organisations(tx, &organisations).await?;
    store::register::save_units(tx, &units).await?;
    for change in plan
        .organisations
        .iter()
        .filter(|change| differs(change, publish::organisation_state))
    {
        publish::organisation(tx, &change.after).await?;
    }
    for change in plan
        .units
        .iter()
        .filter(|change| differs(change, publish::unit_state))
    {
        publish::unit(tx, &change.after).await?;
    }
    Ok(())
}

fn differs<T, S: PartialEq>(change: &Change<T>, state: impl Fn(&T) -> S) -> bool {
    change.before.as_ref().map(&state) != Some(state(&change.after))
}

fn keys(rows: &[ReadRow]) -> Vec<OrganisationKey> {
    rows.iter()
        .filter_map(|row| Some(row.read.as_ref().ok()?.key.clone()))
        .collect()
}

fn unit_numbers(rows: &[ReadRow]) -> Vec<String> {
    rows.iter()
        .filter_map(|row| Some(row.read.as_ref().ok()?.row.unit.number.clone()))
        .collect()
}
