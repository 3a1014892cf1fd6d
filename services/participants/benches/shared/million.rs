//! A million placements of 711 organisations, one of which has a tenth of them, sealed and hashed as the service does it,
//! with plans and reads. Ids rise with time, as real ones do; neighbours in time belong to different organisations.

use std::collections::HashMap;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use load::id;
use participants::domain::facts::{Caseworker, Email, Facts, Language, Name, Phone};
use participants::domain::search::beginnings;
use platform::keys::{KeyRing, Purpose};
use sqlx::{AssertSqlSafe, PgConnection};
use support::people::{PARTICIPANTS, PEOPLE, Person};
use uuid::Uuid;

pub const ORGANISATION: u32 = 0x0a00_0000;
pub const UNIT: u32 = 0x0b00_0000;
pub const PERSON: u32 = 0x0c00_0000;
pub const PLACEMENT: u32 = 0x0d00_0000;
/// Supervisors: five in each unit.
pub const SUPERVISOR: u32 = 0x1300_0000;
const TOTAL: u64 = 1_000_000;
const A_COPY: usize = 1 << 20;
/// Those that came last: interrupted before their start, waiting for a supervisor, waiting for their first day.
const FRESH: [u64; 3] = [989_000, 990_000, 995_000];

const FACTS: Purpose = Purpose::new("participants.facts");
const NAME_SEARCH: Purpose = Purpose::new("participants.name_search");

const COPY: &str = "copy placements (placement_id, case_reference, person_id, organisation_id, unit_id, starts_on, ends_on,
    facts_sequence, interrupted_on, interruption_sequence, supervisor_account_id, is_protected, wrapped_key, sealed_facts,
    name_tokens, status, next_change_on, received_at) from stdin";

/// Everything but the placements.
pub const REST: &str = include_str!("million.sql");

/// Writes placements as rows of a COPY.
struct Writer<'k> {
    keys: &'k KeyRing,
    people: Vec<Person>,
    /// By organisation and name.
    tokens: HashMap<(u64, &'static str), Vec<i64>>,
    facts: HashMap<(usize, usize), Vec<u8>>,
}

/// Days, state and supervisor of a placement.
struct Course {
    starts: Date,
    ends: Date,
    interrupted: Option<Date>,
    status: &'static str,
    next_change: Option<Date>,
    supervisor: Option<u64>,
}

/// Fills a migrated database.
pub async fn fill(superuser: &mut PgConnection, keys: &KeyRing, today: Date) {
    let indexes = drop_indexes(superuser).await;
    sqlx::raw_sql(REST).execute(&mut *superuser).await.unwrap();
    let mut writer = Writer {
        keys,
        people: PEOPLE.into_iter().chain(PARTICIPANTS).collect(),
        tokens: HashMap::new(),
        facts: HashMap::new(),
    };
    let mut copy = superuser.copy_in_raw(COPY).await.unwrap();
    let mut rows = String::new();
    for n in 0..TOTAL {
        writer.row(&mut rows, n, today);
        if rows.len() > A_COPY {
            copy.send(std::mem::take(&mut rows).into_bytes()).await.unwrap();
        }
    }
    copy.send(rows.into_bytes()).await.unwrap();
    assert_eq!(copy.finish().await.unwrap(), TOTAL);
    for index in indexes {
        sqlx::raw_sql(AssertSqlSafe(index))
            .execute(&mut *superuser)
            .await
            .unwrap();
    }
}

/// Of units: 400 of the largest organisation, 80 of each of ten large ones, four of each of 700 ordinary ones.
pub fn place(n: u64) -> (u64, u64) {
    if n.is_multiple_of(10) {
        return (0, n / 10 % 400);
    }
    if n % 10 < 3 {
        let large = n / 10 % 10;
        return (1 + large, 400 + large * 80 + n / 100 % 80);
    }
    let ordinary = (n / 10 * 7 + n % 10 - 3) % 700;
    (11 + ordinary, 1200 + ordinary * 4 + n / 7 % 4)
}

/// The case reference of a placement.
pub fn case(n: u64) -> String {
    format!("AF-{}-{n:07}", start(n).year())
}

fn start(n: u64) -> Date {
    let months = i32::try_from(n * 20 / TOTAL).unwrap();
    date(2024, 7, 1) + months.months() + i64::try_from(n % 25).unwrap().days()
}

impl Writer<'_> {
    fn row(&mut self, rows: &mut String, n: u64, today: Date) {
        let (organisation, unit) = place(n);
        let course = Course::of(n, unit, today);
        let (placement, owner) = (id(PLACEMENT, n), id(ORGANISATION, organisation));
        let spread = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let many = self.people.len() as u64;
        let [given, surname] = [spread % many, spread / many % many].map(|it| usize::try_from(it).unwrap());
        let tokens = self.tokens(organisation, owner, given, surname);
        let (wrapped, key) = self.keys.create_key(placement);
        let sealed = key.seal(FACTS, placement.as_bytes(), self.facts(given, surname));
        let null = |day: Option<Date>| day.map_or_else(|| r"\N".to_owned(), |day| day.to_string());
        let supervisor = course.supervisor.map(|number| id(SUPERVISOR, number).to_string());
        writeln!(
            rows,
            "{placement}\t{}\t{}\t{owner}\t{}\t{}\t{}\t1\t{}\t{}\t{}\tf\t\\\\x{}\t\\\\x{}\t{{{tokens}}}\t{}\t{}\t2026-01-01 12:00:00Z",
            case(n),
            id(PERSON, n),
            id(UNIT, unit),
            course.starts,
            course.ends,
            null(course.interrupted),
            course.interrupted.map_or(r"\N", |_| "2"),
            supervisor.as_deref().unwrap_or(r"\N"),
            hex::encode(wrapped.to_bytes()),
            hex::encode(sealed.to_bytes()),
            course.status,
            null(course.next_change),
        )
        .unwrap();
    }

    fn tokens(&mut self, organisation: u64, owner: Uuid, given: usize, surname: usize) -> String {
        let names = [self.people[given].given_name, self.people[surname].surname];
        for name in names {
            let keys = self.keys;
            self.tokens.entry((organisation, name)).or_insert_with(|| {
                let held = beginnings(&[name]);
                held.iter()
                    .map(|beginning| token(keys, owner, beginning))
                    .collect()
            });
        }
        let tokens = names.iter().flat_map(|name| &self.tokens[&(organisation, *name)]);
        let mut tokens: Vec<String> = tokens.map(ToString::to_string).collect();
        tokens.sort();
        tokens.dedup();
        tokens.join(",")
    }

    fn facts(&mut self, given: usize, surname: usize) -> &[u8] {
        let name = |text: &str| Name::parse(text).unwrap();
        let (given_name, last_name) = (self.people[given].given_name, self.people[surname].surname);
        self.facts.entry((given, surname)).or_insert_with(|| {
            let facts = Facts {
                given_name: name(given_name),
                surname: name(last_name),
                phone: Phone::parse("+46 70-174 06 05").ok(),
                email: Email::parse("participant@example.org").ok(),
                language: Language::parse("sv").ok(),
                interpreter_needed: false,
                caseworker: Caseworker::parse(Name::parse("Direktservice").ok(), None, None, None).unwrap(),
            };
            serde_json::to_vec(&facts).unwrap()
        })
    }
}

impl Course {
    fn of(n: u64, unit: u64, today: Date) -> Self {
        let supervisor = Some(unit * 5 + n / 1000 % 5);
        let starts = if n >= FRESH[2] {
            today + 14.days()
        } else {
            start(n)
        };
        let ends = starts + 182.days();
        let course = |status, next_change, supervisor, interrupted| Self {
            starts,
            ends,
            interrupted,
            status,
            next_change,
            supervisor,
        };
        let is_broken_off = (n / 10 + n / 4000) % 50 == 7 && n < FRESH[0];
        let interrupted = is_broken_off.then(|| starts + 60.days());
        if n >= FRESH[2] {
            course("assigned", Some(starts), supervisor, None)
        } else if n >= FRESH[1] {
            course("received", Some(ends + 1.day()), None, None)
        } else if n >= FRESH[0] {
            course("interrupted_before_start", None, None, Some(starts))
        } else if let Some(on) = interrupted.filter(|on| *on <= today) {
            course("interrupted", None, supervisor, Some(on))
        } else if ends < today {
            course("ended", None, supervisor, interrupted)
        } else {
            let next = interrupted.unwrap_or(ends + 1.day());
            course("active", Some(next), supervisor, interrupted)
        }
    }
}

fn token(keys: &KeyRing, organisation: Uuid, beginning: &str) -> i64 {
    let bound = [organisation.as_bytes().as_slice(), beginning.as_bytes()].concat();
    let mac = keys.mac(NAME_SEARCH, &bound);
    i64::from_be_bytes(mac[..8].try_into().unwrap())
}

/// Indexes that are no constraint are made at the end, all at once; answers what makes them.
async fn drop_indexes(superuser: &mut PgConnection) -> Vec<String> {
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
        where indrelid = 'placements'::regclass
            and not exists (select from pg_constraint where conindid = indexrelid)",
    )
    .fetch_all(&mut *superuser)
    .await
    .unwrap();
    for (name, _) in &indexes {
        let statement = AssertSqlSafe(format!("drop index {name}"));
        sqlx::raw_sql(statement).execute(&mut *superuser).await.unwrap();
    }
    indexes.into_iter().map(|(_, definition)| definition).collect()
}
