//! What the running system answers: every call of the contract by every kind of caller about the own and about another
//! organisation's, with accounts that have ended, permissions that are over and grants that are stale. The expected
//! answers are a table written by hand. Nothing of the other organisation shows in any answer.

mod answer;
mod callers;
mod samples;
mod stage;
mod table;
mod wire;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use proto::operations::v1::ListParkedRecordsRequest;
use support::eventually::try_eventually;
use support::files;

use self::answer::Markers;
use self::callers::{Caller, SERVERS, Server};
use self::samples::{Objects, sample};
use self::stage::Stage;
use self::table::{PENDING, Row, rows};

const SERVICES: [&str; 7] = [
    "gateway",
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
];
/// A service of ours that no option names.
const NOBODY: &str = "unheard-of";
/// Services that sign or invite, and another one whose signatures or invitations they ask about.
const SIGNING: [(&str, &str); 3] = [
    ("participants", "consent"),
    ("attendance", "participants"),
    ("consent", "attendance"),
];
const INVITING: [(&str, &str); 2] = [("participants", "staff"), ("staff", "participants")];
/// Stands in every name and address of the other organisation; the second is its administrator's surname.
const MARKERS: [&str; 2] = ["korsdrag", "Övningsfors"];
/// Long enough for a record to arrive or an outage to be noticed on a busy machine.
const ARRIVAL: Duration = Duration::from_secs(30);
const METHOD_PARKED: &str = "deltaga.operations.v1.OperationsService/ListParkedRecords";
const METHOD_CLIENTS: &str = "deltaga.identity.v1.ClientService/ListClients";

/// A caller in a column, what it asks about, and whether the other organisation must not show.
struct Case<'a> {
    column: String,
    caller: &'a Caller,
    about: Objects,
    is_outsider: bool,
}

struct Comparison {
    rows: Vec<Row>,
    markers: Markers,
    differences: Vec<String>,
    calls: usize,
}

#[test]
fn every_call_of_the_contract_has_a_row_and_a_sample() -> Result<()> {
    for row in rows()? {
        let found = sample(row.server, &row.method, &Objects::default());
        ensure!(found.is_some(), "{} has no sample", row.method);
    }
    Ok(())
}

#[test]
fn what_is_pending_is_in_the_contract() -> Result<()> {
    let pool = prost_reflect::DescriptorPool::decode(proto::DESCRIPTORS)?;
    for context in PENDING {
        let prefix = format!("deltaga.{context}.v1.");
        let mut services = pool.services();
        ensure!(
            services.any(|service| service.full_name().starts_with(&prefix)),
            "{context} has no calls"
        );
    }
    Ok(())
}

/// A refusal of another kind would tell that the thing exists.
#[test]
fn whoever_may_ask_learns_nothing_of_another_organisations_things() -> Result<()> {
    let who = ["participant", "administrator", "supervisor", "supplier"];
    for row in rows()? {
        for column in who {
            let other = row.cell(&format!("other_{column}"))?;
            let tells = ["login", "caller", "right", "account", "person"].contains(&other);
            let may_ask = ["ok", "admitted"].contains(&row.cell(column)?);
            ensure!(!(may_ask && tells), "{} answers {other} to {column}", row.method);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_answered_as_the_table_says_and_never_shown_another_organisation() -> Result<()> {
    let mut stage = Box::pin(Stage::set()).await?;
    let mut comparison = Comparison::new()?;
    comparison.services(&stage).await?;
    comparison.foreign(&stage).await?;
    comparison.own(&stage).await?;
    comparison.others(&stage).await?;
    comparison.former(&stage).await?;
    comparison.the_marker_can_be_seen(&stage).await?;
    comparison.stale(&mut stage).await?;
    comparison.verdict()?;
    stage.world.stop().await
}

impl Comparison {
    fn new() -> Result<Self> {
        Ok(Self {
            rows: rows()?,
            markers: Markers::new(&MARKERS)?,
            differences: Vec::new(),
            calls: 0,
        })
    }

    async fn services(&mut self, stage: &Stage) -> Result<()> {
        for name in SERVICES {
            let caller = Caller::service(&stage.world.places, name)?;
            let about = stage.with_own(&caller, &stage.own).await?;
            for index in 0..self.rows.len() {
                let expected = self.rows[index].for_service(name)?.to_owned();
                self.call(index, &Case::inside(name, &caller, &about), &expected)
                    .await?;
            }
        }
        let nobody = Caller::service(&stage.world.places, NOBODY)?;
        self.column(Case::inside("nobody", &nobody, &stage.own), everything)
            .await?;
        self.column(
            Case::inside("certificate", &stage.certificate, &stage.own),
            everything,
        )
        .await
    }

    /// What a service has asked identity for exists for no other.
    async fn foreign(&mut self, stage: &Stage) -> Result<()> {
        let signing = SIGNING.map(|pair| ("SigningService", pair));
        let inviting = INVITING.map(|pair| ("InvitationService", pair));
        let before = self.calls;
        for (service, (name, owner)) in signing.into_iter().chain(inviting) {
            let caller = Caller::service(&stage.world.places, name)?;
            let owner = Caller::service(&stage.world.places, owner)?;
            let theirs = stage.with_own(&owner, &stage.own).await?;
            let about = Objects {
                context: name.to_owned(),
                signature_to_prepare: theirs.signature.clone(),
                invitation_to_send: theirs.invitation.clone(),
                ..theirs
            };
            let is_asked = |row: &Row| {
                let is_foreign = row.cell("foreign").is_ok_and(|cell| cell != "-");
                is_foreign && row.method.contains(service)
            };
            let case = Case {
                column: "foreign".to_owned(),
                ..Case::inside(name, &caller, &about)
            };
            self.column(case, is_asked).await?;
        }
        ensure!(
            self.calls == before + 3 * 2 + 2 * 4,
            "the table has other calls about what is another service's"
        );
        Ok(())
    }

    async fn own(&mut self, stage: &Stage) -> Result<()> {
        let about = stage.with_own(&stage.participant, &stage.own).await?;
        self.column(
            Case::outside("participant", &stage.participant, &about),
            everything,
        )
        .await?;
        for (column, caller) in stage.staff.iter().chain(&stage.clients) {
            let about = match *column {
                "agency_staff" | "agency_client" => stage.with_file(caller, stage.agency.clone()).await?,
                _ => stage.own.clone(),
            };
            let about = stage.with_own(caller, &about).await?;
            let case = Case {
                is_outsider: !column.starts_with("agency"),
                ..Case::inside(column, caller, &about)
            };
            self.column(case, everything).await?;
        }
        let about = stage.with_own(&stage.without_account, &stage.offered).await?;
        self.column(
            Case::outside("no_account", &stage.without_account, &about),
            everything,
        )
        .await
    }

    async fn others(&mut self, stage: &Stage) -> Result<()> {
        let about = stage.with_own(&stage.other_administrator, &stage.other).await?;
        let about = Objects {
            chunk_of: stage.other.chunk_of.clone(),
            ..about
        };
        self.column(
            Case::outside("other_participant", &stage.participant, &about),
            everything,
        )
        .await?;
        for (column, caller) in stage.staff.iter().chain(&stage.clients) {
            let is_outsider = !column.starts_with("agency");
            let column = format!("other_{column}");
            let case = Case {
                is_outsider,
                ..Case::inside(&column, caller, &about)
            };
            self.column(case, everything).await?;
        }
        Ok(())
    }

    async fn former(&mut self, stage: &Stage) -> Result<()> {
        for (column, callers) in [("revoked", &stage.revoked), ("expired", &stage.expired)] {
            for caller in callers {
                let about = stage.with_own(caller, &stage.own).await?;
                self.column(Case::outside(column, caller, &about), everything)
                    .await?;
            }
        }
        Ok(())
    }

    /// The other organisation's administrator sees its names, so that not seeing them means something.
    async fn the_marker_can_be_seen(&mut self, stage: &Stage) -> Result<()> {
        let about = stage.with_own(&stage.other_administrator, &stage.other).await?;
        for method in [
            "AccountService/ListAccounts",
            "AccountService/BatchGetAccounts",
            "RegisterService/GetOrganisation",
        ] {
            let method = format!("deltaga.staff.v1.{method}");
            let message = sample(Server::Staff, &method, &about).context("a sample")?;
            let answer = stage
                .other_administrator
                .call(Server::Staff, &method, message)
                .await?;
            ensure!(
                answer.shows(&self.markers),
                "{method} shows no marker to its own: {}",
                answer.told()
            );
        }
        Ok(())
    }

    /// First the broker falls silent, which is nothing to staff; then staff, and identity decides nothing any more.
    async fn stale(&mut self, stage: &mut Stage) -> Result<()> {
        let officer = stage.officer().await?;
        let about = stage.with_file(&officer, stage.agency.clone()).await?;
        let about = stage.with_own(&officer, &about).await?;
        stage.world.stack.kafka.process().pause()?;
        self.column(Case::inside("stale", &officer, &about), |row| {
            row.server == Server::Staff
        })
        .await?;
        stage.world.stack.staff.process().pause()?;
        // Half a minute passes at once, for a token lives longer.
        files::replace_with_mode(&stage.world.stack.plan.clock_offset_file()?, "40\n", 0o644)?;
        for server in SERVERS.into_iter().filter(|server| *server != Server::Staff) {
            grants_are_stale(&officer, server).await?;
        }
        let compared = self
            .column(Case::inside("stale", &officer, &about), |row| {
                row.server != Server::Staff
            })
            .await;
        stage.world.stack.staff.process().resume()?;
        stage.world.stack.kafka.process().resume()?;
        compared
    }

    async fn column(&mut self, case: Case<'_>, is_asked: impl Fn(&Row) -> bool) -> Result<()> {
        for index in 0..self.rows.len() {
            if is_asked(&self.rows[index]) {
                let expected = self.rows[index].cell(&case.column)?.to_owned();
                self.call(index, &case, &expected).await?;
            }
        }
        Ok(())
    }

    async fn call(&mut self, index: usize, case: &Case<'_>, expected: &str) -> Result<()> {
        let Row { server, method, .. } = &self.rows[index];
        let message =
            sample(*server, method, &case.about).with_context(|| format!("{method} has no sample"))?;
        let answer = case.caller.call(*server, method, message).await?;
        let place = format!("{server:?} {method}, {}", case.column);
        self.calls += 1;
        if !answer.is(expected)? {
            self.differences.push(format!(
                "{place}: expected {expected}, answered {}",
                answer.told()
            ));
        }
        if case.is_outsider && answer.shows(&self.markers) {
            self.differences
                .push(format!("{place}: shows the other organisation"));
        }
        Ok(())
    }

    fn verdict(&self) -> Result<()> {
        ensure!(self.calls > 3_000, "only {} calls were made", self.calls);
        ensure!(
            self.differences.is_empty(),
            "of {} calls differ: {:#?}",
            self.calls,
            self.differences
        );
        Ok(())
    }
}

impl<'a> Case<'a> {
    fn inside(column: &str, caller: &'a Caller, about: &Objects) -> Self {
        Self {
            column: column.to_owned(),
            caller,
            about: about.clone(),
            is_outsider: false,
        }
    }

    fn outside(column: &str, caller: &'a Caller, about: &Objects) -> Self {
        Self {
            is_outsider: true,
            ..Self::inside(column, caller, about)
        }
    }
}

fn everything(_: &Row) -> bool {
    true
}

async fn grants_are_stale(officer: &Caller, server: Server) -> Result<()> {
    let request = prost::Message::encode_to_vec(&ListParkedRecordsRequest::default());
    try_eventually(ARRIVAL, || async {
        let answer = officer.call(server, METHOD_PARKED, request.clone()).await?;
        ensure!(answer.is("stale")?, "{server:?} answers {}", answer.told());
        Ok(())
    })
    .await
}
