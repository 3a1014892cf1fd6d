//! A stack of the test's own with the tour done: register, administrators and a first colleague are there, and more
//! colleagues are invited as a test needs them.

use anyhow::{Context, Result, ensure};
use devstack::progress::Progress;
use devstack::stack::{OTHERS, Plan, Stack};
use devstack::tour::create_agency;
use futures::future::try_join_all;
use journey::tour::{self, CAST};
use journey::{Gateway, Mailbox, Places};
use platform::clock::{Clock as _, ClockConfig, SystemClock};
use proto::staff::v1::Unit;
use support::files;
use support::otlp::Sink;
use support::people::{PEOPLE, Person};
use support::postgres::Cluster;
use support::shared;
use tonic::transport::Channel;

use crate::accounts::{Administrator, Subject, invite};
use crate::laps::Laps;
use crate::numbers::tell;
use crate::projection::{self, Held};
use crate::room::Room;
use crate::scan::Scanner;
use crate::sinks;
use crate::sinks::telemetry::SearchedTelemetry;

/// Those whom the tour does not know.
const COLLEAGUES: &[Person] = PEOPLE.split_at(5).1;

/// A running stack with people in it.
pub struct World {
    /// Boxed, so that what holds a world stays small.
    pub stack: Box<Stack>,
    pub places: Places,
    /// The provider's units.
    pub units: Vec<Unit>,
    clock: SystemClock,
    offset_days: i64,
    administrator_id: String,
    laps: Laps,
    room: Room,
    _folder: Room,
}

impl World {
    /// Starts a stack of identity and staff in a folder of this name and goes through the tour.
    pub async fn toured(name: &str) -> Result<Self> {
        Self::bare(name).await?.tour().await
    }

    /// The same with every service there is.
    pub async fn whole(name: &str) -> Result<Self> {
        let wholly = |plan: &mut Plan| plan.others = &OTHERS;
        Self::start(name, wholly).await?.tour().await
    }

    /// The same with every addition switched off.
    pub async fn whole_without_additions(name: &str) -> Result<Self> {
        let plainly = |plan: &mut Plan| {
            plan.others = &OTHERS;
            plan.has_additions = false;
        };
        Self::start(name, plainly).await?.tour().await
    }

    /// The same with a database whose commits outlive its crash.
    pub async fn whole_durably(name: &str) -> Result<Self> {
        let durably = |plan: &mut Plan| {
            plan.others = &OTHERS;
            plan.is_durable = true;
        };
        Self::start(name, durably).await?.tour().await
    }

    /// Every service there is, with all spans and metrics sent to the sink.
    pub async fn whole_telling(name: &str, sink: &Sink) -> Result<Self> {
        let endpoint = sink.endpoint();
        let told = |plan: &mut Plan| {
            plan.others = &OTHERS;
            plan.otlp_endpoint = Some(endpoint);
        };
        Self::start(name, told).await?.tour().await
    }

    /// A stack of identity and staff with all spans and metrics sent to the sink.
    pub async fn toured_telling(name: &str, sink: &Sink) -> Result<Self> {
        let endpoint = sink.endpoint();
        let told = |plan: &mut Plan| plan.otlp_endpoint = Some(endpoint);
        Self::start(name, told).await?.tour().await
    }

    /// The same with a database whose commits outlive its crash, and spans and metrics sent to where they are searched.
    pub async fn toured_durably(name: &str, telemetry: &SearchedTelemetry) -> Result<Self> {
        let endpoint = telemetry.endpoint();
        let durably = |plan: &mut Plan| {
            plan.is_durable = true;
            plan.otlp_endpoint = Some(endpoint);
        };
        Self::start(name, durably).await?.tour().await
    }

    /// Starts a stack and nothing else.
    pub async fn bare(name: &str) -> Result<Self> {
        Self::start(name, |_| {}).await
    }

    async fn tour(self) -> Result<Self> {
        let mut world = self;
        create_agency(&world.stack, &CAST.officer)
            .await
            .context("the agency's first account was not made")?;
        let mut told = Vec::new();
        let toured = tour::tour(&world.places, &CAST, &mut |line| told.push(line.to_owned())).await;
        let toured = toured.with_context(|| format!("the tour came so far: {told:#?}"))?;
        let administrator = toured
            .accounts
            .iter()
            .find(|(_, role, _)| *role == "administrator");
        world.administrator_id = administrator.context("an administrator")?.2.clone();
        world.units = toured.provider.units;
        world.laps.lap("tour");
        ensure!(world.units.len() >= 2, "the provider has units to choose from");
        Ok(world)
    }

    async fn start(name: &str, adjust: impl FnOnce(&mut Plan)) -> Result<Self> {
        let mut laps = Laps::begin(name);
        let folder_held = Room::named(name).await?;
        let room = Room::beside_others().await?;
        let start = Room::to_start().await?;
        laps.lap("waiting");
        let folder = files::run_folder().join("test/e2e").join(name);
        // A cluster may lie elsewhere, where its user can enter.
        Cluster::remove(&folder.join("postgres"))?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("an earlier run's state cannot be removed")?;
        }
        let mut plan = Plan::free(&folder)?;
        // Most tests are about the two, and every process more takes its share of two cores.
        plan.others = &[];
        adjust(&mut plan);
        let stack = Box::pin(Stack::start(plan, Progress::Silent)).await?;
        drop(start);
        laps.lap("stack");
        let clock = ClockConfig {
            offset_file: Some(stack.plan.clock_offset_file()?),
        };
        Ok(Self {
            places: stack.places(),
            units: Vec::new(),
            clock: SystemClock::load(&clock)?,
            offset_days: 0,
            administrator_id: String::new(),
            stack: Box::new(stack),
            laps,
            room,
            _folder: folder_held,
        })
    }

    /// Signs the provider's administrator in.
    pub async fn administrator(&self) -> Result<Administrator> {
        self.administrator_at(&self.places).await
    }

    /// The same at other places: those of another replica.
    pub async fn administrator_at(&self, places: &Places) -> Result<Administrator> {
        Administrator::sign_in(Gateway::open(places)?, CAST.administrator, &self.administrator_id).await
    }

    /// Invites so many colleagues, each of whom accepts, and gives their accounts.
    pub async fn colleagues(&self, administrator: &Administrator, number: usize) -> Result<Vec<Subject>> {
        let people = COLLEAGUES
            .get(..number)
            .context("the fixtures have not so many people")?;
        self.hire(administrator, people).await
    }

    /// Invites these people, each of whom accepts, and gives their accounts.
    pub async fn hire(&self, administrator: &Administrator, people: &[Person]) -> Result<Vec<Subject>> {
        self.let_everything_go_well(people).await?;
        let mailbox = Mailbox::new(&self.places.messages);
        let invited = people
            .iter()
            .map(|person| invite(administrator, &mailbox, person, &self.units));
        let mut subjects = try_join_all(invited).await?;
        let held = self.recompute().await?;
        for subject in &mut subjects {
            let held = held.iter().find(|held| held.account == subject.account_id);
            let grant = held
                .and_then(|held| held.grant.as_ref())
                .context("an active account")?;
            subject.person_id.clone_from(&grant.person);
        }
        Ok(subjects)
    }

    /// Takes away the script that the simulator has for most people, for tests of what goes wrong.
    pub async fn let_everything_go_well(&self, people: &[Person]) -> Result<()> {
        let http = reqwest::Client::new();
        for person in people {
            let page = format!("{}/sim/people/{}/scenario", self.places.phone, person.digits());
            let script = serde_json::json!({ "kind": "normal" });
            http.post(page).json(&script).send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// All accounts as staff's tables have them.
    pub async fn recompute(&self) -> Result<Vec<Held>> {
        projection::recompute(self.staff_as("participants")?).await
    }

    /// A connection to staff under a service's certificate.
    pub fn staff_as(&self, service: &str) -> Result<Channel> {
        self.places.to_staff(&self.places.service(service)?)
    }

    /// A door for browsers.
    pub fn gateway(&self) -> Result<Gateway> {
        Gateway::open(&self.places)
    }

    /// The day in Stockholm by the stack's clock.
    pub fn today(&self) -> Result<jiff::civil::Date> {
        Ok(self.clock.now().in_tz("Europe/Stockholm")?.date())
    }

    /// Moves the time of every process by a day.
    pub fn next_day(&mut self) -> Result<()> {
        self.offset_days += 1;
        let seconds = format!("{}\n", self.offset_days * 86_400);
        files::replace_with_mode(&self.stack.plan.clock_offset_file()?, &seconds, 0o644)
    }

    /// Waits until no other stack does anything, and keeps it so to the end: for what measures a time from now on.
    pub async fn be_alone(&mut self) -> Result<()> {
        self.laps.lap("test");
        drop(std::mem::take(&mut self.room));
        self.room = Room::alone().await?;
        self.laps.lap("waiting");
        Ok(())
    }

    /// Ends everything in order; fails when a process does not end cleanly. With `SEARCHED` in the environment it fails
    /// too when anybody is found in what was written.
    pub async fn stop(self) -> Result<()> {
        match shared::given("SEARCHED") {
            Some(_) => self.stop_searched().await,
            None => self.end().await,
        }
    }

    async fn end(self) -> Result<()> {
        let mut laps = self.laps;
        laps.lap("test");
        Box::pin(self.stack.stop()).await?;
        laps.lap("end");
        laps.tell();
        Ok(())
    }

    /// Ends everything in order, and fails when anybody is found in what was written: by processes that were killed too,
    /// and by those that end here.
    pub async fn stop_searched(self) -> Result<()> {
        let (records, mut findings) = sinks::stack(&PEOPLE, &self.stack).await?;
        ensure!(records > 0, "no record was read");
        let logs = self.stack.plan.log_folder();
        self.end().await?;
        findings.extend(sinks::logs(&Scanner::for_people(&PEOPLE)?, &logs)?);
        tell(&format!(
            "searched for {} people: {records} records, all databases, metrics and logs",
            PEOPLE.len()
        ));
        ensure!(findings.is_empty(), "{} leaks: {findings:#?}", findings.len());
        Ok(())
    }
}
