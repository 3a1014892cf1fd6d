//! The two locks: rows judged while a part is built, and again at the instant before it leaves.

use jiff::SignedDuration;
use platform::grpc::Code;
use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::types::v1::Recipient;
use uuid::Uuid;

use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);

/// Another month of the same person.
async fn another_month(world: &World, number: u128, answer: MonthAnswer) -> Uuid {
    let report = Uuid::from_u128(0x710 + number);
    let placement = Uuid::from_u128(0x610 + number);
    world
        .hear(month_report(report, placement, PERSON, 1, answer))
        .await;
    report
}

#[tokio::test]
async fn every_row_is_told_whether_it_may_leave_and_why_not_in_order() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let waiting = another_month(&world, 1, MonthAnswer::Waiting).await;
    let rejected = another_month(&world, 2, MonthAnswer::Rejected).await;
    let lapsed = another_month(&world, 3, MonthAnswer::Lapsed).await;
    let unheard = Uuid::from_u128(0x799);
    let of_another = Uuid::from_u128(0x798);
    let elsewhere = month_report(
        of_another,
        Uuid::from_u128(0x698),
        STRANGER,
        1,
        MonthAnswer::Approved,
    );
    world.hear(elsewhere).await;

    let rows = [
        (rejected, 1),
        (world.report, 1),
        (waiting, 1),
        (unheard, 1),
        (lapsed, 1),
        (of_another, 1),
    ];
    let judged = world.authorise(PART, 1, &rows).await.unwrap();

    let told: Vec<_> = judged
        .iter()
        .map(|row| (row.month_report_id.clone(), row.refusal()))
        .collect();
    let expected = [
        DisclosureRefusal::Rejected,
        DisclosureRefusal::Unspecified,
        DisclosureRefusal::NotAnswered,
        DisclosureRefusal::NotCurrent,
        DisclosureRefusal::Lapsed,
        DisclosureRefusal::NoConsent,
    ];
    let expected: Vec<_> = rows
        .iter()
        .zip(expected)
        .map(|((report, _), refusal)| (report.to_string(), refusal))
        .collect();
    assert_eq!(told, expected);
    assert_eq!(judged[1].person_id, PERSON.to_string());
    assert!(judged.iter().filter(|row| !row.person_id.is_empty()).count() == 1);
}

#[tokio::test]
async fn an_old_revision_does_not_leave_once_a_later_one_was_submitted() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    world
        .hear(month_report(
            world.report,
            world.placement,
            PERSON,
            2,
            MonthAnswer::Waiting,
        ))
        .await;

    let begun = world.begin(PART, 1).await.unwrap();

    assert_eq!(begun.valid_until, None);
    assert_eq!(begun.refused[0].refusal(), DisclosureRefusal::NotCurrent);
    let judged = world.authorise(PART, 2, &[(world.report, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::NotCurrent);
    let judged = world.authorise(PART, 2, &[(world.report, 2)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::NotAnswered);
}

#[tokio::test]
async fn a_row_withdrawn_since_it_was_authorised_is_named_and_nothing_leaves() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let other = another_month(&world, 1, MonthAnswer::Approved).await;
    let rows = [(world.report, 1), (other, 1)];
    world.authorise(PART, 1, &rows).await.unwrap();
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();

    let begun = world.begin(PART, 1).await.unwrap();

    assert_eq!((begun.refused.len(), begun.valid_until), (2, None));
    assert!(
        begun
            .refused
            .iter()
            .all(|row| row.refusal() == DisclosureRefusal::Withdrawn)
    );
    assert_eq!(world.stand.count_of("sendings").await, 0);
    assert_eq!(world.stand.count_of("disclosures").await, 0);
}

#[tokio::test]
async fn a_consent_to_one_recipient_releases_nothing_to_the_other() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Scb).await;

    let judged = world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();

    assert_eq!(judged[0].refusal(), DisclosureRefusal::NoConsent);
}

#[tokio::test]
async fn a_later_consent_to_another_recipient_does_not_let_a_withdrawn_row_leave() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    world.consent(&world.person(), Recipient::Scb).await;

    let begun = world.begin(PART, 1).await.unwrap();

    assert_eq!(begun.valid_until, None);
    assert_eq!(begun.refused[0].refusal(), DisclosureRefusal::Withdrawn);
}

#[tokio::test]
async fn an_attempt_begins_once_is_valid_ten_minutes_and_is_answered_again() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    let begun = world.begin(PART, 1).await.unwrap();
    let until = platform::grpc::convert::timestamp(begun.valid_until.as_ref()).unwrap();
    assert_eq!(
        until,
        NOW.parse::<jiff::Timestamp>().unwrap() + SignedDuration::from_mins(10)
    );

    assert_eq!(world.begin(PART, 1).await.unwrap(), begun);
    let refused = refusal(world.authorise(PART, 1, &[(world.report, 1)]).await);
    assert_eq!(refused.reason(), ErrorReason::SendingOver);
    world.stand.later(SignedDuration::from_mins(10));
    let refused = refusal(world.begin(PART, 1).await);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Precondition, ErrorReason::SendingOver)
    );
    assert_eq!(world.stand.count_of("disclosures").await, 1);
}

#[tokio::test]
async fn no_attempt_begins_until_the_one_before_is_settled() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.authorise(PART, 2, &[(world.report, 1)]).await.unwrap();

    let during = refusal(world.begin(PART, 2).await);
    world.stand.later(SignedDuration::from_mins(10));
    let expired = refusal(world.begin(PART, 2).await);
    world.end(PART, 1, SendingOutcome::Unknown).await.unwrap();
    let unknown = refusal(world.begin(PART, 2).await);

    for refused in [during, expired, unknown] {
        assert_eq!(refused.reason(), ErrorReason::SendingUnsettled);
        assert_eq!(refused.metadata()["attempt"], "1");
    }
    world.end(PART, 1, SendingOutcome::Failed).await.unwrap();
    assert!(world.begin(PART, 2).await.unwrap().valid_until.is_some());
    assert_eq!(world.stand.count_of("disclosures").await, 2);
}

#[tokio::test]
async fn a_known_outcome_is_not_forgotten() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();

    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    world.end(PART, 1, SendingOutcome::Unknown).await.unwrap();
    let refused = refusal(world.end(PART, 1, SendingOutcome::Failed).await);

    assert_eq!(refused.reason(), ErrorReason::SendingOutcomeKnown);
    let disclosed = world.own_disclosures(&world.person()).await;
    assert_eq!(disclosed[0].state(), DisclosureState::Sent);
    assert_eq!(world.stand.count_of("sending_outcomes").await, 1);
}

#[tokio::test]
async fn what_was_told_as_failed_may_turn_out_to_have_arrived() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Failed).await.unwrap();
    let failed = world.own_disclosures(&world.person()).await;
    assert_eq!(failed[0].state(), DisclosureState::NotArrived);

    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();

    let arrived = world.own_disclosures(&world.person()).await;
    assert_eq!(arrived[0].state(), DisclosureState::Sent);
    assert_eq!(world.stand.count_of("sending_outcomes").await, 2);
}

#[tokio::test]
async fn a_later_judgement_of_a_row_replaces_the_earlier_one() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let other = another_month(&world, 1, MonthAnswer::Approved).await;
    world
        .authorise(PART, 1, &[(world.report, 1), (other, 1)])
        .await
        .unwrap();
    let rejected = month_report(other, Uuid::from_u128(0x611), PERSON, 1, MonthAnswer::Rejected);
    world.hear(rejected).await;
    let judged = world.authorise(PART, 1, &[(other, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::Rejected);

    let begun = world.begin(PART, 1).await.unwrap();

    assert!(begun.valid_until.is_some());
    assert_eq!(world.stand.count_of("disclosures").await, 1);
}

#[tokio::test]
async fn an_older_attempt_an_unknown_one_and_an_empty_one_do_not_begin() {
    let world = World::new().await;
    world.authorise(PART, 2, &[(world.report, 1)]).await.unwrap();
    assert_eq!(
        refusal(world.begin(PART, 1).await).reason(),
        ErrorReason::SendingOver
    );
    assert_eq!(
        refusal(world.begin(PART, 2).await).reason(),
        ErrorReason::SendingEmpty
    );
    let unknown = refusal(world.begin(Uuid::from_u128(0x801), 1).await);
    assert_eq!(unknown.code(), Code::NotFound);
    let never_begun = refusal(world.end(PART, 2, SendingOutcome::Delivered).await);
    assert_eq!(never_begun.code(), Code::NotFound);
    let older = refusal(world.authorise(PART, 1, &[(world.report, 1)]).await);
    assert_eq!(older.reason(), ErrorReason::SendingOver);
}

#[tokio::test]
async fn rows_that_are_wrong_are_told_by_their_place() {
    let world = World::new().await;
    let none = refusal(world.authorise(PART, 1, &[]).await);
    assert_eq!(none.violations()[0].path, "rows");
    let twice = refusal(
        world
            .authorise(PART, 1, &[(world.report, 1), (world.report, 2)])
            .await,
    );
    assert_eq!(twice.violations()[0].path, "rows[1].month_report_id");
    let too_many: Vec<_> = (0..1001).map(|number| (Uuid::from_u128(number), 1)).collect();
    let too_many = refusal(world.authorise(PART, 1, &too_many).await);
    assert_eq!(too_many.violations()[0].reason, ErrorReason::FieldTooLong);
    let zeroth = refusal(world.authorise(PART, 0, &[(world.report, 1)]).await);
    assert_eq!(zeroth.violations()[0].path, "attempt");
}

#[tokio::test]
async fn a_file_is_named_by_the_hashes_of_itself_and_of_its_rows() {
    let world = World::new().await;
    let export = &world.export;
    let request = export.request(BeginSendingRequest {
        part_id: PART.to_string(),
        attempt: 1,
        sealed_hash: vec![1; 33].into(),
        rows_hash: vec![1; 31].into(),
    });
    let refused = refusal(export.disclosures().begin_sending(request).await);
    let paths: Vec<_> = refused
        .violations()
        .iter()
        .map(|violation| (violation.path.as_str(), violation.reason))
        .collect();
    assert_eq!(
        paths,
        [
            ("sealed_hash", ErrorReason::FieldMalformed),
            ("rows_hash", ErrorReason::FieldMalformed)
        ]
    );
}

#[tokio::test]
async fn a_part_stays_with_its_recipient() {
    let world = World::new().await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    let export = &world.export;
    let request = export.request(AuthoriseDisclosureRequest {
        part_id: PART.to_string(),
        attempt: 2,
        recipient: Recipient::Scb.into(),
        rows: vec![DisclosureRow {
            month_report_id: world.report.to_string(),
            revision: 1,
        }],
    });
    let refused = refusal(export.disclosures().authorise_disclosure(request).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::PartRecipientDiffers);
}

#[tokio::test]
async fn nobody_but_export_comes_near() {
    let world = World::new().await;
    for caller in [
        world.person(),
        world.stand.staff(EXPORTER.1, EXPORTER.0),
        world.stand.service("attendance"),
    ] {
        let request = caller.request(BeginSendingRequest::default());
        let refused = refusal(caller.disclosures().begin_sending(request).await);
        assert_eq!(refused.code(), Code::Forbidden);
    }
}
