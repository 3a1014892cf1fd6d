//! However records come again, services hold the same: after projections were wiped, after every topic was written anew
//! with its keys in another order, after every record came a second time and the oldest last, after a rebuild from the
//! beginning, and after the owners have told everything anew.

mod consumers;
mod picture;
mod records;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::arrivals::arrivals;
use e2e::numbers::{draws, seed, tell};
use e2e::world::World;
use journey::places::connect;
use journey::tour::{AgencyDesk, CAST};
use journey::{StaffMember, new_id};
use proto::operations::v1::RepublishTopicRequest;
use proto::operations::v1::operations_service_client::OperationsServiceClient;
use rdkafka::message::OwnedMessage;
use support::try_eventually;
use tokio::time::Instant;

use consumers::{CONSUMING, Subscription};
use picture::{Picture, SERVICES};
use records::{Topics, ends};

/// Until everything that was set off has come to rest.
const QUIET: Duration = Duration::from_mins(2);
/// Topics of which the main job leaves keys with several states.
const CHANGING: [&str; 4] = [
    "participants.placement.v1",
    "attendance.month-report.v1",
    "identity.signature.v1",
    "export.delivery.v1",
];
/// Every topic that its owner can tell anew.
const TOLD: [(&str, &[&str]); 6] = [
    ("identity", &["identity.person.v1", "identity.signature.v1"]),
    (
        "staff",
        &["staff.organisation.v1", "staff.unit.v1", "staff.account.v1"],
    ),
    (
        "participants",
        &["participants.placement.v1", "participants.document.v1"],
    ),
    (
        "attendance",
        &["attendance.activity.v1", "attendance.month-report.v1"],
    ),
    ("consent", &["consent.consent.v1"]),
    ("export", &["export.delivery.v1"]),
];

struct Scene {
    world: World,
    officer: StaffMember,
    topics: Topics,
    subscriptions: Vec<Subscription>,
    before: Picture,
}

/// Does all of it to a stack on which the main job was done, and ends the stack.
pub async fn nothing_changes_however_records_come_again(world: World) -> Result<()> {
    let arrived = arrivals(&world.places).await?.len();
    let mut scene = Scene::open(world).await?;
    let records = scene.topics.records().await?;
    records::ensure_order_matters(&records, &CHANGING)?;

    scene.wipe().await.context("wiped projections")?;
    scene
        .write_in_another_order(&records)
        .await
        .context("keys in another order")?;
    scene.repeat(&records).await.context("every record twice")?;
    scene.rebuild().await.context("a rebuild from the beginning")?;
    scene.tell_anew().await.context("topics told anew")?;

    let again = arrivals(&scene.world.places).await?.len();
    ensure!(arrived == again, "recipients got {arrived} rows and then {again}");
    scene.world.stop().await
}

impl Scene {
    async fn open(world: World) -> Result<Self> {
        let desk = AgencyDesk::open(&world.places, &world.gateway()?, &CAST.officer).await?;
        let postgres = &world.stack.postgres;
        let mut scene = Self {
            officer: desk.officer,
            topics: Topics::of(&world.stack.kafka)?,
            subscriptions: consumers::subscriptions(postgres).await?,
            before: Picture::take(postgres).await?,
            world,
        };
        scene.come_to_rest().await?;
        scene.before = Picture::take(&scene.world.stack.postgres).await?;
        for (service, table) in [
            ("attendance", "placements"),
            ("consent", "deliveries"),
            ("participants", "accesses"),
        ] {
            ensure!(
                scene.before.count(service, table) > 1,
                "{service} holds no {table} to be lost"
            );
        }
        Ok(scene)
    }

    async fn wipe(&mut self) -> Result<()> {
        consumers::stop(&mut self.world).await?;
        self.wipe_all().await?;
        let wiped = Picture::take(&self.world.stack.postgres).await?;
        ensure!(wiped.count("attendance", "placements") == 0, "nothing was wiped");
        consumers::start(&mut self.world).await?;
        self.is_as_before("wiped").await
    }

    /// What is written while the consumers run reaches them in the order in which it is written, also across topics.
    async fn write_in_another_order(&mut self, records: &[OwnedMessage]) -> Result<()> {
        let mut draws = draws(seed()?, 6);
        let shuffled = records::shuffled(records, &mut draws);
        ensure!(shuffled.len() == records.len(), "a record was lost");
        consumers::stop(&mut self.world).await?;
        self.wipe_all().await?;
        self.topics.empty().await?;
        consumers::start(&mut self.world).await?;
        self.topics.write(&shuffled).await?;
        self.is_as_before("in another order").await
    }

    async fn repeat(&mut self, records: &[OwnedMessage]) -> Result<()> {
        let before = records::all_ends(&ends(&self.topics.records().await?));
        self.topics.write(&records::reversed(records)).await?;
        let written = records::all_ends(&ends(&self.topics.records().await?)) - before;
        ensure!(
            written >= i64::try_from(records.len())?,
            "{written} records came a second time"
        );
        self.is_as_before("twice, the oldest last").await
    }

    async fn rebuild(&mut self) -> Result<()> {
        consumers::stop(&mut self.world).await?;
        let postgres = &self.world.stack.postgres;
        let is_log = |one: &&Subscription| !self.topics.is_state(&one.topic);
        let logs: Vec<_> = self.subscriptions.iter().filter(is_log).collect();
        for service in CONSUMING {
            consumers::be_away_for_long(postgres, service, &logs).await?;
        }
        let ghosts = consumers::haunt(postgres, &self.subscriptions).await?;
        consumers::start(&mut self.world).await?;
        self.come_to_rest().await?;
        for ghost in ghosts {
            ghost.ensure_erased(&self.world.stack.postgres).await?;
        }
        self.is_as_before("rebuilt").await
    }

    async fn tell_anew(&mut self) -> Result<()> {
        let before = ends(&self.topics.records().await?);
        self.officer.renew().await?;
        let held = Picture::take(&self.world.stack.postgres).await?;
        for (service, topics) in TOLD {
            for topic in topics {
                let told = self.republish(service, topic).await;
                told.with_context(|| (*topic).to_owned())?;
            }
        }
        self.come_to_rest().await?;
        let now = ends(&self.topics.records().await?);
        for topic in TOLD.iter().flat_map(|(_, topics)| *topics) {
            let is_told =
                *topic == records::ACCOUNTS || records::end(&now, topic) > records::end(&before, topic);
            ensure!(is_told, "{topic} was not told anew");
        }
        let now = Picture::take(&self.world.stack.postgres).await?;
        held.of_services().ensure_same(&now.of_services())
    }

    async fn republish(&self, service: &str, topic: &str) -> Result<()> {
        let places = &self.world.places;
        let address = match service {
            "identity" => &places.identity,
            "staff" => &places.staff,
            "participants" => &places.participants,
            "attendance" => &places.attendance,
            "consent" => &places.consent,
            _ => &places.export,
        };
        let channel = connect(address, &places.service("gateway")?)?;
        let request = RepublishTopicRequest {
            topic: topic.to_owned(),
            request_id: new_id(),
        };
        OperationsServiceClient::new(channel)
            .republish_topic(self.officer.ask(request))
            .await?;
        Ok(())
    }

    async fn wipe_all(&self) -> Result<()> {
        for service in CONSUMING {
            consumers::wipe(&self.world.stack.postgres, service).await?;
        }
        Ok(())
    }

    async fn is_as_before(&self, what: &str) -> Result<()> {
        let began = Instant::now();
        self.come_to_rest().await?;
        self.before
            .ensure_same(&Picture::take(&self.world.stack.postgres).await?)?;
        tell(&format!(
            "{what}: the same, at rest after {:.1?}",
            began.elapsed()
        ));
        Ok(())
    }

    /// Waits until everything is read, nothing is to be told, and nothing has come meanwhile.
    async fn come_to_rest(&self) -> Result<()> {
        let postgres = &self.world.stack.postgres;
        try_eventually(QUIET, || async {
            let ends = ends(&self.topics.records().await?);
            consumers::ensure_read(postgres, &self.subscriptions, &ends).await?;
            consumers::ensure_silent(postgres, &SERVICES).await?;
            let now = records::ends(&self.topics.records().await?);
            ensure!(ends == now, "records are still coming");
            Ok(())
        })
        .await
    }
}
