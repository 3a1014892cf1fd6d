//! participants as it is but for the broker: nothing is sent and nothing heard.

use std::sync::Arc;

use participants::Participants;
use participants::config::ParticipantsConfig;
use platform::auth::Grants;
use platform::auth::grants::StaffGrants;
use platform::grpc::convert::to_day;
use platform::service::{Assembly, Context, NoCommands, Service};
use proto::policy::v1::Permission;
use proto::staff::events::v1::{AccountState, Grant, GrantScope, OrganisationKind};
use proto::types::v1::Validity;
use sqlx::migrate::Migrator;
use uuid::Uuid;

/// The service.
pub struct Quiet;

/// An account that receives and reports in some units of an organisation.
pub fn lead(account: Uuid, person: Uuid, organisation: Uuid, units: &[Uuid]) -> AccountState {
    let validity = Some(Validity {
        from: Some(to_day("2026-01-01".parse().unwrap())),
        to: None,
    });
    let scope = units.iter().map(|unit| GrantScope {
        unit_id: unit.to_string(),
        all_offices: true,
        office_ids: Vec::new(),
    });
    let permissions = [Permission::ReceiveParticipants, Permission::ReportAndPlan];
    AccountState {
        account_id: account.to_string(),
        person_id: person.to_string(),
        organisation_id: organisation.to_string(),
        organisation_kind: OrganisationKind::Provider.into(),
        active: true,
        grants: permissions
            .map(|permission| Grant {
                permission: permission.into(),
                validity,
            })
            .to_vec(),
        scope: scope.collect(),
    }
}

impl Service for Quiet {
    const NAME: &'static str = "participants";
    type Config = ParticipantsConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        <Participants as Service>::migrators()
    }

    async fn assemble(context: Context, _config: ParticipantsConfig) -> anyhow::Result<Assembly> {
        let staff = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(staff));
        participants::assemble_calls(&context, grants)
    }

    async fn execute(command: NoCommands, _: Context, _: ParticipantsConfig) -> anyhow::Result<()> {
        match command {}
    }
}
