//! Reads of people's data by others, told to `audit.access.v1` in the transaction of the read: the record is written
//! before the answer, and a read that cannot be told of fails. A record holds ids and codes, never the employee. Rows of
//! lists are told once per reader, person, kind of data and day in Stockholm; details every time.

mod purge;

use std::collections::{BTreeSet, HashSet};

use jiff::tz::TimeZone;
use prost::Message as _;
use proto::audit::events::v1::AccessRecorded;
use uuid::Uuid;

pub use self::purge::PurgeAccessDays;
use crate::auth::{OrganisationKind, Principal};
use crate::db::{Day, DbError, Instant, Tx};
use crate::grpc::convert::to_timestamp;
use crate::outbox::current_traceparent;

/// The topic.
pub const TOPIC: &str = "audit.access.v1";

const RECORD_TYPE: &str = "se.deltaga.audit.access.v1";

/// Who reads, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The account or machine client. Only counted with; no record holds it.
    pub reader_id: Uuid,
    /// The organisation for which it reads.
    pub organisation_id: Uuid,
    /// What it is, as a code: `provider_staff`, `project_staff`, `agency_staff`, `supplier_system`, `agency_system`.
    pub role: &'static str,
}

/// How closely the read looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Rows of a list.
    List,
    /// One thing with all that is known of it.
    Detail,
}

/// Writes one record per person read. Both codes go to the person: `data_kind` says what was read, `purpose` why.
pub async fn record(
    tx: &mut Tx,
    reader: &Reader,
    data_kind: &'static str,
    purpose: &'static str,
    persons: &[Uuid],
    depth: Depth,
) -> Result<(), DbError> {
    let persons: BTreeSet<Uuid> = persons.iter().copied().collect();
    let told: Vec<Uuid> = match depth {
        Depth::Detail => persons.into_iter().collect(),
        Depth::List => first_of_the_day(tx, reader, data_kind, persons).await?,
    };
    if told.is_empty() {
        return Ok(());
    }
    let records = told
        .iter()
        .map(|person| encoded(tx, reader, data_kind, purpose, *person));
    let payloads: Vec<Vec<u8>> = records.collect();
    append(tx, &told, &payloads).await
}

// === impl Reader ===

impl Reader {
    /// The reader behind a call. None for those whose reads are not told of: the participant, other services, and staff
    /// without an account, who read nothing.
    pub fn of(principal: &Principal) -> Option<Self> {
        match principal {
            Principal::Staff {
                account: Some(account),
                ..
            } => Some(Self {
                reader_id: account.account_id,
                organisation_id: account.organisation_id,
                role: match account.organisation_kind {
                    OrganisationKind::Provider => "provider_staff",
                    OrganisationKind::ProjectOwner => "project_staff",
                    OrganisationKind::Agency => "agency_staff",
                },
            }),
            Principal::AgencyClient(client) => Some(Self {
                reader_id: client.client_id,
                organisation_id: client.organisation_id,
                role: "agency_system",
            }),
            Principal::SupplierClient(client) => Some(Self {
                reader_id: client.client_id,
                organisation_id: client.organisation_id,
                role: "supplier_system",
            }),
            Principal::Staff { account: None, .. }
            | Principal::Participant(_)
            | Principal::Service(_)
            | Principal::Certificate(_) => None,
        }
    }
}

/// Those not told of today, taken in the order of their ids so that two readers never wait for each other in a circle.
async fn first_of_the_day(
    tx: &mut Tx,
    reader: &Reader,
    data_kind: &str,
    persons: BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, DbError> {
    let persons: Vec<Uuid> = persons.into_iter().collect();
    let first: HashSet<Uuid> = sqlx::query_scalar!(
        "insert into platform.access_days (day, reader_id, subject_id, data_kind)
        select $1, $2, person, $4 from unnest($3::uuid[]) person
        on conflict do nothing returning subject_id",
        today(tx) as _,
        reader.reader_id,
        &persons,
        data_kind,
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .collect();
    Ok(persons
        .into_iter()
        .filter(|person| first.contains(person))
        .collect())
}

fn encoded(tx: &Tx, reader: &Reader, data_kind: &str, purpose: &str, person: Uuid) -> Vec<u8> {
    AccessRecorded {
        access_id: tx.new_id().to_string(),
        person_id: person.to_string(),
        organisation_id: reader.organisation_id.to_string(),
        role: reader.role.to_owned(),
        purpose: purpose.to_owned(),
        data_kind: data_kind.to_owned(),
        at: Some(to_timestamp(tx.now())),
    }
    .encode_to_vec()
}

/// Events of a log have no state that a later one replaces, so they take no revision of their key: reads of the same
/// person do not wait for each other.
async fn append(tx: &mut Tx, persons: &[Uuid], payloads: &[Vec<u8>]) -> Result<(), DbError> {
    let event_ids: Vec<Uuid> = persons.iter().map(|_| tx.new_id()).collect();
    let now = Instant::from(tx.now());
    let written = sqlx::query!(
        "insert into platform.outbox
            (topic, key, record_type, payload, epoch, n, event_id, occurred_at, traceparent)
        select $1, read.person::text, $2, read.payload, epoch.epoch, 1, read.event_id, $3, $4
        from platform.epoch, unnest($5::uuid[], $6::bytea[], $7::uuid[]) read (person, payload, event_id)",
        TOPIC,
        RECORD_TYPE,
        now as _,
        current_traceparent(),
        persons,
        payloads,
        &event_ids,
    )
    .execute(&mut **tx)
    .await?;
    debug_assert_eq!(
        written.rows_affected(),
        persons.len() as u64,
        "every read is told of"
    );
    Ok(())
}

fn today(tx: &Tx) -> Day {
    let stockholm = TimeZone::get("Europe/Stockholm").expect("the time zone database is part of the build");
    Day(tx.now().to_zoned(stockholm).date())
}
