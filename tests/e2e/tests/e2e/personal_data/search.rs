//! Every sink, searched for everybody concerned and for every fact that was told.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use e2e::scan::{Finding, Form, Scanner, Sought};
use e2e::sinks;
use e2e::world::World;
use journey::job::CASES;
use journey::tour::CAST;
use sqlx::{Connection as _, PgConnection};
use support::otlp::Sink;
use support::people::{PEOPLE, Person};

use super::canaries::{self, CANARY, CANARY_FACT};
use super::facts;
use super::mistakes::{COLLEAGUE, MISTYPED};

/// What was found in which sink.
pub type Found = Vec<(&'static str, Vec<Finding>)>;

/// A tour and a job leave hundreds of records; less would mean that the broker was not really read.
const FEWEST_RECORDS: usize = 300;

pub const DATABASES: [(&str, &str); 6] = [
    ("identity's database", "identity"),
    ("staff's database", "staff"),
    ("participants' database", "participants"),
    ("attendance's database", "attendance"),
    ("consent's database", "consent"),
    ("export's database", "export"),
];
const TOPICS: &str = "topics";
const OPENED: &str = "files as their recipients open them";

/// The sinks in which a canary is hidden that is no person.
pub const LOOKED_FOR_FACTS: [&str; 2] = [TOPICS, OPENED];

/// Where things lie that outlive the stack.
pub struct Folders {
    pub logs: PathBuf,
    objects: PathBuf,
    receivers: PathBuf,
    postgres: PathBuf,
    kafka: PathBuf,
}

impl Folders {
    pub async fn of(world: &World) -> Result<Self> {
        let plan = &world.stack.plan;
        Ok(Self {
            logs: plan.log_folder(),
            objects: plan.object_folder(),
            receivers: plan.receivers_folder(),
            postgres: data_folder(&world.stack.postgres.url("postgres")).await?,
            kafka: plan.folder.join("kafka"),
        })
    }
}

/// Where the cluster lies: outside the folder of the run if its user cannot enter that.
async fn data_folder(url: &str) -> Result<PathBuf> {
    let mut connection = PgConnection::connect(url).await?;
    let folder: String = sqlx::query_scalar("show data_directory")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(folder.into())
}

/// Databases, topics and metrics.
pub async fn what_runs(world: &World) -> Result<Found> {
    let (stack, scanner) = (&world.stack, scanner()?);
    let mut found = Found::new();
    let known = sinks::database::names(&stack.postgres.url("postgres")).await?;
    ensure!(known.len() == DATABASES.len(), "the databases are {known:?}");
    for (name, database) in DATABASES {
        let mut findings = sinks::database::scan(&scanner, &stack.postgres.url(database)).await?;
        findings.retain(|finding| !facts::is_of_catalogue(finding.sought));
        found.push((name, findings));
    }
    let (records, mut in_topics) = sinks::broker::scan(self::scanner()?, &stack.kafka).await?;
    ensure!(records >= FEWEST_RECORDS, "only {records} records were read");
    in_topics.retain(|finding| {
        !(facts::is_of_catalogue(finding.sought) && finding.place.starts_with(facts::CATALOGUE))
    });
    found.push((TOPICS, in_topics));
    let mut in_metrics = canaries::page(&scanner).await?;
    let services = [&stack.identity, &stack.staff];
    let services: Vec<_> = services.into_iter().chain(stack.others.values()).collect();
    ensure!(services.len() == DATABASES.len() + 1, "all and the gateway");
    for service in services {
        let page = format!("{}/metrics", service.admin_url());
        in_metrics.extend(sinks::page(&scanner, &page).await?);
    }
    found.push(("metrics", in_metrics));
    Ok(found)
}

/// Logs, spans and files.
pub fn what_is_left(folders: &Folders, sink: &Sink) -> Result<Found> {
    let scanner = scanner()?;
    let mut found = vec![
        ("logs", sinks::logs(&scanner, &folders.logs)?),
        ("OTLP", sinks::telemetry(&scanner, sink)),
        ("object store", sinks::files::scan(&scanner, &folders.objects)?),
    ];
    // Pages of tables and of the log, those included whose rows are gone.
    for (name, folder) in [
        ("files of PostgreSQL", &folders.postgres),
        ("files of Kafka", &folders.kafka),
    ] {
        let mut findings = sinks::files::scan(&scanner, folder)?;
        // What is shorter than a number's digits is found by chance in so much.
        findings.retain(|finding| finding.form == Form::Digits || finding.form == Form::NumberInHex);
        found.push((name, findings));
    }
    found.push((OPENED, in_opened(&scanner, folders)?));
    Ok(found)
}

/// A recipient learns the numbers of those who consented. Whose they are it does not learn, nor anything else.
fn in_opened(scanner: &Scanner, folders: &Folders) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for recipient in ["esf", "scb"] {
        let key = folders.receivers.join(format!("{recipient}.private-key"));
        let opened = sinks::files::opened(&folders.receivers.join(recipient), &key)?;
        ensure!(!opened.is_empty(), "nothing arrived at {recipient}");
        for (place, content) in opened {
            let numbers = scanner.scan(&place, &content).into_iter();
            findings
                .extend(numbers.filter(|finding| finding.sought == CANARY_PERSON || !finding.is_number()));
        }
    }
    Ok(findings)
}

/// Given names that stand in ordinary words, configuration and statistics.
const IN_WORDS: [&str; 2] = ["Figura", "Statist"];

/// Whom the job employs beside the tour's.
const SECOND_SUPERVISOR: Person = PEOPLE[5];
const TRAINER: Person = PEOPLE[12];

const CANARY_PERSON: Sought = Sought::Person(CANARY);

fn scanner() -> Result<Scanner> {
    let concerned = [
        CAST.officer,
        CAST.administrator,
        CAST.stranger,
        CAST.supervisor,
        CAST.sole_trader,
        SECOND_SUPERVISOR,
        TRAINER,
        COLLEAGUE,
        MISTYPED,
        CANARY,
    ];
    let people: Vec<Person> = concerned
        .into_iter()
        .chain(CASES.iter().map(|case| telling(case.person)))
        .collect();
    let facts: Vec<&'static str> = facts::ALL.into_iter().chain([CANARY_FACT]).collect();
    Scanner::for_people_and_facts(&people, &facts)
}

/// The person with names that are found nowhere by chance.
fn telling(person: Person) -> Person {
    if IN_WORDS.contains(&person.given_name) {
        Person {
            given_name: person.surname,
            ..person
        }
    } else {
        person
    }
}
