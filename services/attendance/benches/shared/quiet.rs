//! attendance as it is but for the broker: nothing is sent and nothing heard, so that what a call writes can be counted.

use std::sync::Arc;

use attendance::Attendance;
use attendance::config::AttendanceConfig;
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

/// An account that reports in some units of an organisation.
pub fn reporter(account: Uuid, person: Uuid, organisation: Uuid, units: &[Uuid]) -> AccountState {
    let validity = Validity {
        from: Some(to_day("2026-01-01".parse().unwrap())),
        to: None,
    };
    let scope = units.iter().map(|unit| GrantScope {
        unit_id: unit.to_string(),
        all_offices: true,
        office_ids: Vec::new(),
    });
    AccountState {
        account_id: account.to_string(),
        person_id: person.to_string(),
        organisation_id: organisation.to_string(),
        organisation_kind: OrganisationKind::Provider.into(),
        active: true,
        grants: vec![Grant {
            permission: Permission::ReportAndPlan.into(),
            validity: Some(validity),
        }],
        scope: scope.collect(),
    }
}

impl Service for Quiet {
    const NAME: &'static str = "attendance";
    type Config = AttendanceConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        <Attendance as Service>::migrators()
    }

    async fn assemble(context: Context, config: AttendanceConfig) -> anyhow::Result<Assembly> {
        let staff = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(staff));
        attendance::assemble_with(&context, &config, Arc::new(grants)).await
    }

    async fn execute(command: NoCommands, _: Context, _: AttendanceConfig) -> anyhow::Result<()> {
        match command {}
    }
}
