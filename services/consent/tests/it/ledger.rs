//! The ledger: what its person sees of it, that nobody changes it, and a part of ten thousand rows.

use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::*;
use proto::export::events::v1::{DeliveredRow, DeliveryKind, DeliveryState, RowOutcome};
use proto::types::v1::{PageRequest, Recipient};
use sqlx::error::DatabaseError;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);

#[tokio::test]
async fn the_person_sees_exactly_what_was_sent_to_whom_and_what_became_of_it() {
    let world = World::new().await;
    let given = world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    let states = async || world.own_disclosures(&world.person()).await;

    let in_transfer = states().await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    let sent = states().await;
    world
        .hear(delivery(PART, world.report, RowOutcome::Receipted))
        .await;
    let receipted = states().await;

    assert_eq!(in_transfer.len(), 1);
    let row = &in_transfer[0];
    assert_eq!((row.recipient(), row.month), (Recipient::Esf, Some(MONTH)));
    assert_eq!(
        (row.month_report_id.clone(), row.revision),
        (world.report.to_string(), 1)
    );
    assert_eq!(
        (row.content_hash.to_vec(), &row.consent_id),
        (vec![1; 32], &given.consent_id)
    );
    let told: Vec<_> = [in_transfer, sent, receipted]
        .iter()
        .map(|rows| rows[0].state())
        .collect();
    assert_eq!(
        told,
        [
            DisclosureState::InTransfer,
            DisclosureState::Sent,
            DisclosureState::Receipted
        ]
    );
    assert!(
        world
            .own_disclosures(&world.stand.participant(STRANGER))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn every_attempt_is_listed_newest_first_and_page_by_page() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    for attempt in 1..=3 {
        world
            .authorise(PART, attempt, &[(world.report, 1)])
            .await
            .unwrap();
        world.begin(PART, attempt).await.unwrap();
        world.end(PART, attempt, SendingOutcome::Failed).await.unwrap();
        world.stand.later(jiff::SignedDuration::from_secs(60));
    }
    let caller = world.person();
    let mut page = PageRequest {
        size: 2,
        token: String::new(),
    };
    let mut seen = Vec::new();
    loop {
        let request = caller.request(ListOwnDisclosuresRequest {
            recipient: Recipient::Esf.into(),
            page: Some(page.clone()),
        });
        let answer = caller
            .consents()
            .list_own_disclosures(request)
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.disclosures);
        page.token = answer.page.unwrap().next_token;
        if page.token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 3);
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].sent_at.unwrap().seconds > pair[1].sent_at.unwrap().seconds)
    );
    assert!(seen.iter().all(|row| row.state() == DisclosureState::NotArrived));
}

#[tokio::test]
async fn the_application_can_neither_change_nor_delete_what_is_in_the_ledger() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    let url = &world.stand.addresses.application_url;
    let mut application = PgConnection::connect(url).await.unwrap();
    for statement in [
        "update disclosures set revision = 9",
        "delete from disclosures",
        "truncate disclosures",
        "update sending_outcomes set outcome = 'failed'",
        "delete from sending_outcomes",
        "delete from consents",
        "update consent_texts set body = 'other'",
    ] {
        let refused = sqlx::query(statement)
            .execute(&mut application)
            .await
            .unwrap_err();
        let code = refused.as_database_error().and_then(DatabaseError::code);
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn a_part_of_ten_thousand_rows_begins_in_one_short_transaction_and_no_more_fit() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let mut owner = world.stand.owner().await;
    sqlx::query(
        "insert into month_reports (month_report_id, placement_id, person_id, organisation_id, unit_id, month, revision,
            content_hash, submitted_at, answer, answered_at, first_shown_at, answer_before)
        select lpad(to_hex(65536 + number), 32, '0')::uuid, lpad(to_hex(131072 + number), 32, '0')::uuid, person_id,
            organisation_id, unit_id, month, revision, content_hash, submitted_at, answer, answered_at, first_shown_at,
            answer_before
        from month_reports, generate_series(1, 10000) number",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let rows: Vec<_> = (1..=10_000_u128)
        .map(|number| (Uuid::from_u128(65536 + number), 1))
        .collect();
    for chunk in rows.chunks(1000) {
        let judged = world.authorise(PART, 1, chunk).await.unwrap();
        assert!(
            judged
                .iter()
                .all(|row| row.refusal() == DisclosureRefusal::Unspecified)
        );
    }
    let too_many = refusal(world.authorise(PART, 1, &[(world.report, 1)]).await);
    assert_eq!(too_many.reason(), proto::errors::v1::ErrorReason::PartTooLarge);

    let begun = world.begin(PART, 1).await.unwrap();

    assert!(begun.valid_until.is_some());
    assert_eq!(world.stand.count_of("disclosures").await, 10_000);
    let answer = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(answer.in_transfer.len(), 10_000);
}

#[tokio::test]
async fn a_month_of_a_withdrawn_consent_stays_in_the_ledger() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    world
        .hear(month_report(
            world.report,
            world.placement,
            PERSON,
            2,
            MonthAnswer::Waiting,
        ))
        .await;

    let disclosed = world.own_disclosures(&world.person()).await;

    assert_eq!((disclosed.len(), disclosed[0].revision), (1, 1));
}

pub fn delivery(part: Uuid, report: Uuid, outcome: RowOutcome) -> HeardRecord {
    let receipted_at = match outcome {
        RowOutcome::Receipted | RowOutcome::Refused => Some(platform::grpc::convert::to_timestamp(
            "2026-03-10T09:00:00Z".parse().unwrap(),
        )),
        RowOutcome::Unspecified | RowOutcome::Withheld | RowOutcome::InTransfer | RowOutcome::Delivered => {
            None
        }
    };
    let state = DeliveryState {
        delivery_id: part.to_string(),
        kind: DeliveryKind::Part.into(),
        run_id: Uuid::from_u128(1).to_string(),
        recipient: Recipient::Esf.into(),
        month: Some(MONTH),
        attempts: 1,
        sent_at: None,
        receipted_at,
        rows: vec![DeliveredRow {
            month_report_id: report.to_string(),
            revision: 1,
            outcome: outcome.into(),
            reason: 0,
            refusal_code: if outcome == RowOutcome::Refused {
                "R7".to_owned()
            } else {
                String::new()
            },
        }],
    };
    HeardRecord {
        key: part.to_string(),
        n: i64::from(i32::from(outcome)),
        state: HeardState::Delivery(Some(state)),
    }
}
