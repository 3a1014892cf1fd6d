//! Everything that is held of a person, for that person.

use std::collections::BTreeSet;

use participants::events::on_access::OnAccess;
use platform::consumer::{LogEvent, LogHandler as _};
use platform::grpc::convert::to_timestamp;
use prost::Name;
use proto::audit::events::v1::AccessRecorded;
use proto::errors::v1::ErrorReason;
use proto::participants::v1::*;
use proto::subject::v1::ExportSubjectRequest;
use proto::subject::v1::subject_service_client::SubjectServiceClient;
use sqlx::Row as _;
use support::people::PARTICIPANTS;
use uuid::Uuid;

use crate::stand::*;

/// Tables that a person's export is made of, with the messages that tell of them.
const TOLD: [(&str, &[&str]); 3] = [
    (
        "public.placements",
        &[
            "deltaga.participants.v1.OwnPlacement",
            "deltaga.participants.v1.OwnFacts",
        ],
    ),
    ("public.joint_plans", &["deltaga.participants.v1.SentJointPlan"]),
    ("public.accesses", &["deltaga.participants.v1.Access"]),
];

/// Tables that hold ids of persons, cases or accounts and are not told of, with the reason.
const NOT_TOLD: [(&str, &str); 10] = [
    (
        "public.decisions",
        "by case: what a decision said is in the placement; of the decision only a hash is kept",
    ),
    (
        "public.joint_plan_drafts",
        "what a supervisor works on and has not sent; no text",
    ),
    (
        "public.merged_persons",
        "which ids are one person's; every id's records are told",
    ),
    (
        "platform.access_days",
        "who has been told of today, by reader: each line is told as an access; gone after two days",
    ),
    (
        "platform.audit_lines",
        "what staff did, by employee; reads of the person are told as accesses",
    ),
    (
        "platform.outbox",
        "copies on their way to Kafka, gone within seconds",
    ),
    ("platform.revisions", "numbers of copies by id"),
    ("platform.consumed_revisions", "numbers of copies by id"),
    (
        "platform.parked_records",
        "copies that could not be read yet, sealed",
    ),
    ("platform.requests", "sealed answers to others, for a day"),
];

/// Tables in which there is nobody.
const NOBODY: [&str; 14] = [
    "public._sqlx_migrations",
    "public.activities",
    "public.offices",
    "public.units",
    "platform._sqlx_migrations",
    "platform.audit_seals",
    "platform.audit_unsealed",
    "platform.consumed_offsets",
    "platform.epoch",
    "platform.inbox",
    "platform.jobs",
    "platform.ring_keys",
    "platform.upload_chunks",
    "platform.uploads",
];

async fn export(caller: &Caller) -> Vec<prost_types::Any> {
    let mut client = SubjectServiceClient::new(caller.channel());
    let request = caller.request(ExportSubjectRequest {});
    let mut answers = client.export_subject(request).await.unwrap().into_inner();
    let mut records = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        records.push(answer.record.unwrap());
    }
    records
}

fn names(records: &[prost_types::Any]) -> BTreeSet<&str> {
    let names = records
        .iter()
        .map(|it| it.type_url.strip_prefix("type.googleapis.com/").unwrap());
    names.collect()
}

/// The records of one message, in the order they came in.
fn of<M: Name + Default>(records: &[prost_types::Any]) -> Vec<M> {
    let own = records.iter().filter(|it| it.type_url == M::type_url());
    own.map(|it| it.to_msg().unwrap()).collect()
}

async fn tell_read(world: &World, n: u128, person: Uuid) {
    let read = AccessRecorded {
        access_id: Uuid::from_u128(n).to_string(),
        person_id: person.to_string(),
        organisation_id: FIRST.to_string(),
        role: "provider_staff".to_owned(),
        purpose: "report_and_plan".to_owned(),
        data_kind: "placement".to_owned(),
        at: Some(to_timestamp(NOW.parse().unwrap())),
    };
    let key = person.to_string();
    let told = world.stand.apply(async |tx| {
        let event = LogEvent {
            event_id: Uuid::from_u128(n),
            key: &key,
            record_type: None,
        };
        OnAccess.apply(tx, event, read.clone()).await
    });
    told.await.unwrap();
}

/// A draft, sent.
async fn send_plan(world: &World, placement_id: &str) -> SentJointPlan {
    let plan = JointPlan {
        made_on: Some(day("2026-03-02")),
        made_by: PlanningForm::Video.into(),
        activities: vec![PlanActivity {
            activity_code: "WORKSHOP".to_owned(),
            validity: Some(period("2026-03-10", "2026-04-10")),
        }],
        in_force_from: None,
    };
    let reporter = &world.reporter;
    let draft = reporter.request(SaveJointPlanDraftRequest {
        request_id: fresh_id(),
        placement_id: placement_id.to_owned(),
        etag: String::new(),
        plan: Some(plan),
    });
    let draft = reporter.plans().save_joint_plan_draft(draft).await.unwrap();
    let sent = reporter.request(SendJointPlanRequest {
        request_id: fresh_id(),
        placement_id: placement_id.to_owned(),
        etag: draft.into_inner().draft.unwrap().etag,
    });
    let sent = reporter.plans().send_joint_plan(sent).await.unwrap();
    sent.into_inner().sent.unwrap()
}

/// Somebody of whom every kind of record is held, and somebody else.
async fn filled() -> (World, Caller, [String; 2]) {
    let world = World::new().await;
    let first = world.placed(0, "KA1001").await;
    let again = new("A-again", 1, assigned(0, "KA1002"));
    let second = world.decide(again).await;
    let person = world.stand.identity.person(PARTICIPANTS[0].number);
    let other = world.placed(1, "KA1001").await;
    for placement in [&first, &other] {
        world.assign(&[placement.as_str()]).await.unwrap();
        send_plan(&world, placement).await;
    }
    tell_read(&world, 11, person).await;
    tell_read(&world, 12, world.stand.identity.person(PARTICIPANTS[1].number)).await;
    let caller = world.stand.participant(person, Vec::new());
    (world, caller, [first, second])
}

#[tokio::test]
async fn a_person_gets_everything_held_of_them_and_of_nobody_else() {
    let (world, caller, placements) = filled().await;

    let records = export(&caller).await;

    let own: Vec<OwnPlacement> = of(&records);
    let ids: Vec<String> = own.iter().map(|it| it.placement_id.clone()).collect();
    assert_eq!(ids, placements, "oldest first");
    assert_eq!(own[0].agency_function, "Direktservice");
    assert!(own[0].supervisor_account_id.is_some());
    let facts: Vec<OwnFacts> = of(&records);
    assert_eq!(facts.len(), 2);
    let shown = facts[0].participant.as_ref().unwrap();
    assert_eq!(shown.surname, PARTICIPANTS[0].surname);
    assert_eq!(shown.email, "participant@example.org");
    let plans: Vec<SentJointPlan> = of(&records);
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].placement_id, placements[0]);
    assert_eq!(
        plans[0].plan.as_ref().unwrap().activities[0].activity_code,
        "WORKSHOP"
    );
    let accesses: Vec<Access> = of(&records);
    assert_eq!(accesses.len(), 1);
    assert_eq!(accesses[0].access_id, Uuid::from_u128(11).to_string());
    assert_eq!(records.len(), 2 + 2 + 1 + 1);
    let nobody = world.stand.participant(Uuid::from_u128(77), Vec::new());
    assert!(export(&nobody).await.is_empty());
}

#[tokio::test]
async fn records_under_former_ids_are_told_too() {
    let (world, _, placements) = filled().await;
    let former = world.stand.identity.person(PARTICIPANTS[0].number);

    let records = export(&world.stand.participant(Uuid::from_u128(77), vec![former])).await;

    assert_eq!(of::<OwnPlacement>(&records).len(), placements.len());
    assert_eq!(of::<Access>(&records).len(), 1);
}

#[tokio::test]
async fn what_never_began_is_told_and_plans_only_where_documents_are_shown() {
    let (world, caller, placements) = filled().await;
    world.decide(interruption("A-again", 2, "2026-03-01")).await;
    let mut closed = unit(NORTH, FIRST, "KA1001", &[]);
    closed.procured_service.as_mut().unwrap().documents_online = false;
    world.stand.tell_unit(closed).await;

    let records = export(&caller).await;

    let own: Vec<OwnPlacement> = of(&records);
    assert_eq!(own.len(), placements.len());
    assert_eq!(own[1].status(), PlacementStatus::InterruptedBeforeStart);
    assert!(of::<SentJointPlan>(&records).is_empty());
}

#[tokio::test]
async fn of_a_protected_identity_it_is_told_that_facts_are_held_and_not_what_they_say() {
    let world = World::new().await;
    let mut assigned = assigned(0, "KA1001");
    assigned.protected_identity = true;
    world.decide(new("A-0", 1, assigned)).await;
    let person = world.stand.identity.person(PARTICIPANTS[0].number);

    let records = export(&world.stand.participant(person, Vec::new())).await;

    let shown = of::<OwnFacts>(&records).remove(0).participant.unwrap();
    assert!(shown.protected_identity);
    assert_ne!(shown.surname, PARTICIPANTS[0].surname);
    assert!(shown.email.is_empty() && shown.phone.is_empty());
}

#[tokio::test]
async fn more_than_a_page_of_a_kind_is_told_once_each_and_in_order() {
    const MANY: usize = 250;
    let world = World::new().await;
    let person = Uuid::from_u128(7);
    let rows =
        "insert into accesses (access_id, person_id, organisation_id, role, purpose, data_kind, read_at)
        select gen_random_uuid(), $1, $1, 'r', 'p', 'd', timestamptz '2026-01-01' + (n % 25) * interval '1 s'
        from generate_series(1, $2::int) n";
    sqlx::query(rows)
        .bind(person)
        .bind(i32::try_from(MANY).unwrap())
        .execute(&mut world.stand.owner().await)
        .await
        .unwrap();

    let accesses: Vec<Access> = of(&export(&world.stand.participant(person, Vec::new())).await);

    let ids: BTreeSet<&str> = accesses.iter().map(|it| it.access_id.as_str()).collect();
    assert_eq!((accesses.len(), ids.len()), (MANY, MANY));
    let instants = accesses.iter().map(|it| it.at.map(|at| at.seconds));
    assert!(instants.is_sorted());
}

#[tokio::test]
async fn nobody_else_may_ask() {
    let world = World::new().await;
    for caller in [&world.lead, &world.system, &world.agency] {
        let mut client = SubjectServiceClient::new(caller.channel());
        let answer = client
            .export_subject(caller.request(ExportSubjectRequest {}))
            .await;
        assert_eq!(refusal(answer).reason(), ErrorReason::CallerNotAllowed);
    }
}

#[tokio::test]
async fn every_table_is_told_of_or_it_is_said_why_not() {
    let (world, caller, _) = filled().await;
    let tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables
        where table_schema in ('public', 'platform') and table_type = 'BASE TABLE'";
    let rows = sqlx::query(tables)
        .fetch_all(&mut world.stand.owner().await)
        .await
        .unwrap();
    let tables: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();

    let told = TOLD.iter().map(|(table, _)| *table);
    let not_told = NOT_TOLD.iter().map(|(table, _)| *table);
    let listed: Vec<&str> = told.chain(not_told).chain(NOBODY).collect();
    let distinct: BTreeSet<String> = listed.iter().map(|&table| table.to_owned()).collect();
    assert_eq!(distinct.len(), listed.len(), "a table stands in two lists");
    assert_eq!(tables, distinct);
    let records = export(&caller).await;
    let expected = TOLD.iter().flat_map(|(_, messages)| messages.iter().copied());
    assert_eq!(names(&records), expected.collect());
}

#[tokio::test]
async fn a_table_that_holds_a_person_is_not_among_those_with_nobody() {
    let world = World::new().await;
    let columns = "select format('%I.%I', table_schema, table_name), column_name::text
        from information_schema.columns
        where table_schema in ('public', 'platform')
            and column_name ~ '(person|merged|subject|actor|owner|principal|case_reference|placement|key$)'";
    let rows = sqlx::query(columns)
        .fetch_all(&mut world.stand.owner().await)
        .await
        .unwrap();

    let suspicious = rows.iter().map(|row| (row.get(0), row.get(1)));
    let suspicious: Vec<(String, String)> = suspicious
        .filter(|(table, _): &(String, String)| NOBODY.contains(&table.as_str()))
        .collect();

    // Uploads are taken by other services only; a job's key names no person; a key of the ring is none of a record.
    let known = [
        ("platform.jobs", "key"),
        ("platform.audit_seals", "public_key"),
        ("platform.uploads", "owner"),
        ("platform.uploads", "wrapped_key"),
    ];
    let known = known.map(|(table, column)| (table.to_owned(), column.to_owned()));
    assert!(
        suspicious.iter().all(|found| known.contains(found)),
        "{suspicious:?}"
    );
}
