//! The million: month reports with what stands around them in export's database, the same months with consents in
//! consent's, persons with numbers in identity's. Persons lie in another order than reports, as they do anywhere.

use std::fmt::Write as _;
use std::sync::Arc;

use platform::clock::{SystemClock, SystemEntropy};
use platform::config::Secret;
use platform::db::{self, Database, DbConfig};
use platform::keys::{KeyEncryptionKey, KeyRing, Purpose};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use support::people::PEOPLE;
use support::postgres::{TestDatabase, fresh_database};
use uuid::Uuid;

pub const ROWS_OF_A_PART: i64 = 10_000;
pub const KEY: [u8; 32] = [7; 32];

/// Has no divisor in common with a million, so that each report has a person of its own.
const STRIDE: i64 = 7919;
const CHUNK: i64 = 10_000;
const FIRST_PERSON: u128 = 0x0190_B000_0000_7000_8000_0000_0000_0000;

/// A database per service.
pub struct Databases {
    pub export: TestDatabase,
    pub consent: TestDatabase,
    pub identity: TestDatabase,
}

// Ids are of the same form for everything, with a letter for the kind of thing.
const ID: &str = "
    create function pg_temp.id(kind text, n bigint) returns uuid immutable parallel safe return
        ('0190' || kind || '000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
    set session_replication_role = replica;
";

const CANDIDATES: [&str; 5] = [
    "insert into organisations select pg_temp.id('f', n), false from generate_series(1, 50) n",
    "insert into training_flags select organisation_id, is_training from organisations",
    "insert into units select pg_temp.id('9', n), (10000000 + n)::text, true from generate_series(1, 200) n",
    "insert into placements
        select pg_temp.id('c', n), pg_temp.id('b', n), '2026-01-05', '2026-06-30', null, false, false
        from generate_series(0, $1 - 1) n",
    "insert into month_reports
        select pg_temp.id('a', n), pg_temp.id('c', n * $2 % $1), pg_temp.id('b', n * $2 % $1),
            pg_temp.id('f', 1 + n % 50), pg_temp.id('9', 1 + n % 200), '2026-02-01', 1, (n % 640) * 15, 'approved'
        from generate_series(0, $1 - 1) n",
];

const CONSENTS: [&str; 3] = [
    "insert into preparations (consent_id, person_id, recipient, text_version, language, signature_id, document_hash,
            prepared_at, settled_as)
        select pg_temp.id('d', n), pg_temp.id('b', n), 'esf', 1, 'sv', pg_temp.id('e', n), decode(repeat('07', 32), 'hex'),
            now() - interval '1 day', 'given'
        from generate_series(0, $1 - 1) n",
    "insert into consents (consent_id, person_id, recipient, given_at)
        select consent_id, person_id, recipient, prepared_at from preparations",
    "insert into month_reports
        select pg_temp.id('a', n), pg_temp.id('c', n * $2 % $1), pg_temp.id('b', n * $2 % $1),
            pg_temp.id('f', 1 + n % 50), pg_temp.id('9', 1 + n % 200), '2026-02-01', 1, decode(repeat('07', 32), 'hex'),
            now() - interval '1 day', 'approved', now(), now(), now() + interval '90 days'
        from generate_series(0, $1 - 1) n",
];

impl Databases {
    /// Fresh databases with so many rows.
    pub async fn loaded(rows: i64) -> Self {
        let databases = Self {
            export: fresh("export", &export::MIGRATOR).await,
            consent: fresh("consent", &consent::MIGRATOR).await,
            identity: fresh("identity", &identity::MIGRATOR).await,
        };
        tokio::join!(
            load(&databases.export, &CANDIDATES, rows),
            load(&databases.consent, &CONSENTS, rows),
            load_persons(&databases.identity, rows),
        );
        databases
    }

    pub async fn fsync(&self) -> String {
        scalar(&self.export, "show fsync").await
    }

    /// Every row is in the ledger once, every sending delivered, and every number was asked for under audit.
    pub async fn count_disclosures(&self, rows: i64) {
        let ledger: i64 = scalar(&self.consent, "select count(*) from disclosures").await;
        let distinct: i64 = scalar(
            &self.consent,
            "select count(distinct month_report_id) from disclosures",
        )
        .await;
        let delivered: i64 = scalar(
            &self.consent,
            "select count(*) from sendings where outcome = 'delivered'",
        )
        .await;
        let audited: i64 = scalar(
            &self.identity,
            "select count(*) from platform.audit_lines where action = 'identity.resolve_persons'",
        )
        .await;
        println!(
            "ledger {ledger} rows of {distinct} months, sendings delivered {delivered}, audit lines {audited}"
        );
        assert_eq!((ledger, distinct, audited), (rows, rows, rows));
        assert_eq!(delivered, parts_of(rows));
    }

    pub async fn remove(self) {
        for database in [self.export, self.consent, self.identity] {
            let admin_url = database.admin_url.replace(&database.name, "postgres");
            let mut admin = PgConnection::connect(&admin_url).await.unwrap();
            let statement = format!("drop database {} with (force)", database.name);
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut admin)
                .await
                .unwrap();
        }
    }
}

/// How many parts so many rows are.
pub fn parts_of(rows: i64) -> i64 {
    let parts = rows.unsigned_abs().div_ceil(ROWS_OF_A_PART.unsigned_abs());
    parts.cast_signed()
}

/// The person of a report.
pub fn person_of(report: Uuid, rows: i64) -> Uuid {
    person(number_of(report) * STRIDE % rows)
}

/// The number of a person: that of one of the people of the tests.
pub fn digits_of(person: Uuid) -> String {
    PEOPLE[usize::try_from(number_of(person)).unwrap() % PEOPLE.len()].digits()
}

/// Some value of one statement, read as the administrator.
pub async fn scalar<T>(database: &TestDatabase, statement: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let mut connection = PgConnection::connect(&database.admin_url).await.unwrap();
    sqlx::query_scalar(statement)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

fn number_of(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() & 0xFFFF_FFFF_FFFF).unwrap()
}

fn person(number: i64) -> Uuid {
    Uuid::from_u128(FIRST_PERSON + u128::try_from(number).unwrap())
}

async fn fresh(service: &str, migrator: &'static Migrator) -> TestDatabase {
    let migrate = |owner_url: String| async move {
        db::migrate(&Secret::new(owner_url), &[&db::MIGRATOR, migrator]).await
    };
    fresh_database(service, migrate).await.unwrap()
}

async fn load(database: &TestDatabase, statements: &[&'static str], rows: i64) {
    let mut admin = PgConnection::connect(&database.admin_url).await.unwrap();
    sqlx::raw_sql(ID).execute(&mut admin).await.unwrap();
    for &statement in statements {
        let mut query = sqlx::query(statement);
        for (place, value) in ["$1", "$2"].into_iter().zip([rows, STRIDE]) {
            if statement.contains(place) {
                query = query.bind(value);
            }
        }
        query.execute(&mut admin).await.unwrap();
    }
    sqlx::raw_sql("vacuum analyze").execute(&mut admin).await.unwrap();
}

/// Each person with a key of its own and a number sealed under it, as identity writes them; only the look-up hashes are
/// made up, since there are fewer people than persons.
async fn load_persons(database: &TestDatabase, rows: i64) {
    let keys = key_ring(database).await;
    let mut admin = PgConnection::connect(&database.admin_url).await.unwrap();
    sqlx::raw_sql("set session_replication_role = replica")
        .execute(&mut admin)
        .await
        .unwrap();
    for first in (0..rows).step_by(usize::try_from(CHUNK).unwrap()) {
        let keys = keys.clone();
        let chunk = tokio::task::spawn_blocking(move || lines(&keys, first..rows.min(first + CHUNK)));
        let (persons, numbers) = chunk.await.unwrap();
        for (target, lines) in [
            ("persons (person_id, wrapped_key, registered_at)", persons),
            (
                "person_numbers (number_hash, person_id, kind, sealed_number, recorded_at)",
                numbers,
            ),
        ] {
            let statement = format!("copy {target} from stdin (format csv)");
            let mut copy = admin.copy_in_raw(&statement).await.unwrap();
            copy.send(lines.into_bytes()).await.unwrap();
            copy.finish().await.unwrap();
        }
    }
    sqlx::raw_sql("vacuum analyze").execute(&mut admin).await.unwrap();
}

fn lines(keys: &KeyRing, range: std::ops::Range<i64>) -> (String, String) {
    let (mut persons, mut numbers) = (String::new(), String::new());
    for number in range {
        let person = person(number);
        let (wrapped, key) = keys.create_key(person);
        let sealed = key.seal(
            Purpose::new("person.number"),
            person.as_bytes(),
            digits_of(person).as_bytes(),
        );
        let (wrapped, sealed) = (hex::encode(wrapped.to_bytes()), hex::encode(sealed.to_bytes()));
        writeln!(persons, "{person},\\x{wrapped},2026-01-02T08:00:00Z").unwrap();
        writeln!(
            numbers,
            "\\x{number:064x},{person},personal,\\x{sealed},2026-01-02T08:00:00Z"
        )
        .unwrap();
    }
    (persons, numbers)
}

async fn key_ring(database: &TestDatabase) -> KeyRing {
    let entropy = Arc::new(SystemEntropy);
    let opened = open(database);
    KeyRing::open(&opened, &KeyEncryptionKey::from_bytes(KEY), entropy)
        .await
        .unwrap()
}

/// The database as a service opens it.
pub fn open(database: &TestDatabase) -> Database {
    let config = DbConfig::new(database.application_url.clone());
    Database::open(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy)).unwrap()
}
