//! What is refused in a decision: each with its reason, its path and texts in both languages.

use platform::grpc::rejection::texts;
use proto::errors::v1::ErrorReason;
use proto::participants::v1::decision::Content;
use proto::participants::v1::*;

use crate::stand::*;

type Expected = (&'static str, ErrorReason);

async fn refuses(world: &World, cases: Vec<(Decision, Expected)>) {
    let (decisions, expected): (Vec<Decision>, Vec<Expected>) = cases.into_iter().unzip();
    let reports = world.import(decisions).await;
    for ((index, report), (field, reason)) in reports.iter().enumerate().zip(expected) {
        assert_eq!(
            report.result(),
            DecisionResult::Refused,
            "{field} {reason:?}: {report:?}"
        );
        let found: Vec<_> = report
            .reasons
            .iter()
            .map(|it| (it.path.clone(), it.reason()))
            .collect();
        assert_eq!(found, [(format!("decisions[{index}]{field}"), reason)]);
        assert_eq!(report.reasons[0].text_sv, texts(reason).sv);
        assert!(!report.reasons[0].text_en.is_empty());
    }
}

fn with(change: impl FnOnce(&mut Assignment)) -> Decision {
    let mut assignment = assigned(0, "KA1001");
    change(&mut assignment);
    new("A-1", 1, assignment)
}

#[tokio::test]
async fn references_are_plain_and_never_a_personal_number() {
    let world = World::new().await;
    let number = support::people::PARTICIPANTS[3].number;
    let named = |id: &str, case: &str, sequence| Decision {
        decision_id: id.to_owned(),
        ..new(case, sequence, assigned(0, "KA1001"))
    };
    refuses(
        &world,
        vec![
            (
                named("B-1", number, 1),
                (".case_reference", ErrorReason::ReferenceIsNumber),
            ),
            (
                named("B-1", &number.replace('-', ""), 1),
                (".case_reference", ErrorReason::ReferenceIsNumber),
            ),
            (
                named(number, "A-1", 1),
                (".decision_id", ErrorReason::ReferenceIsNumber),
            ),
            (
                named("B-1", "", 1),
                (".case_reference", ErrorReason::FieldRequired),
            ),
            (
                named("B-1", "A 1", 1),
                (".case_reference", ErrorReason::FieldMalformed),
            ),
            (
                named("B-1", &"A".repeat(41), 1),
                (".case_reference", ErrorReason::FieldTooLong),
            ),
            (
                named("B-1", "A-1", 0),
                (".sequence", ErrorReason::FieldOutOfRange),
            ),
        ],
    )
    .await;
    assert_eq!(world.stand.count("decisions").await, 0);
}

#[tokio::test]
async fn a_reference_that_is_a_number_is_not_repeated_in_the_report() {
    let world = World::new().await;
    let number = support::people::PARTICIPANTS[3].number;
    let wrong = Decision {
        decision_id: number.to_owned(),
        ..new(number, 1, assigned(0, "KA1001"))
    };
    let report = format!("{:?}", world.import(vec![wrong]).await);
    assert!(!report.contains(number), "{report}");
}

#[tokio::test]
async fn number_names_contacts_and_language_have_their_form() {
    let world = World::new().await;
    refuses(
        &world,
        vec![
            (
                with(|it| it.number.clear()),
                (".new_placement.number", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.given_name.clear()),
                (".new_placement.given_name", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.surname = "x".repeat(101)),
                (".new_placement.surname", ErrorReason::FieldTooLong),
            ),
            (
                with(|it| it.surname = it.number.clone()),
                (".new_placement.surname", ErrorReason::FieldMalformed),
            ),
            (
                with(|it| it.phone = "call me".into()),
                (".new_placement.phone", ErrorReason::FieldMalformed),
            ),
            (
                with(|it| it.email = "nobody".into()),
                (".new_placement.email", ErrorReason::FieldMalformed),
            ),
            (
                with(|it| it.language = "Svenska".into()),
                (".new_placement.language", ErrorReason::FieldTooLong),
            ),
            (
                with(|it| {
                    it.language.clear();
                    it.interpreter_needed = true;
                }),
                (".new_placement.language", ErrorReason::FieldRequired),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn somebody_to_ask_a_place_and_a_period_are_told() {
    let world = World::new().await;
    refuses(
        &world,
        vec![
            (
                with(|it| it.caseworker = None),
                (".new_placement.caseworker", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.caseworker = Some(Caseworker::default())),
                (".new_placement.caseworker.function", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.office_id = "one".into()),
                (".new_placement.office_id", ErrorReason::FieldMalformed),
            ),
            (
                with(|it| it.period = None),
                (".new_placement.period", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.period.as_mut().unwrap().to = None),
                (".new_placement.period.to", ErrorReason::FieldRequired),
            ),
            (
                with(|it| it.period = Some(period("2026-03-10", "2026-03-09"))),
                (".new_placement.period.to", ErrorReason::ValidityReversed),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn places_are_in_use_on_the_first_day() {
    let world = World::new().await;
    refuses(
        &world,
        vec![(
            with(|it| it.period = Some(period("2025-12-01", "2026-03-09"))),
            (".new_placement.ka_number", ErrorReason::UnitNotInUse),
        )],
    )
    .await;
    let elsewhere = with(|it| it.office_id = uuid::Uuid::from_u128(5).to_string());
    let report = world.import(vec![elsewhere]).await.remove(0);
    assert_eq!(report.result(), DecisionResult::RetryLater);
    assert_eq!(report.reasons[0].reason(), ErrorReason::OfficeUnknown);
}

#[tokio::test]
async fn content_is_needed_and_complete() {
    let world = World::new().await;
    let empty = Decision {
        content: None,
        ..new("A-1", 1, assigned(0, "KA1001"))
    };
    let no_day = decision("A-1", 1, Content::Interruption(Interruption::default()));
    let extension = Extension {
        extends_case_reference: String::new(),
        assignment: Some(assigned(0, "KA1001")),
    };
    let linked_to_nothing = decision("A-1", 1, Content::Extension(extension));
    refuses(
        &world,
        vec![
            (empty, (".content", ErrorReason::FieldRequired)),
            (
                no_day,
                (".interruption.interrupted_on", ErrorReason::FieldRequired),
            ),
            (
                linked_to_nothing,
                (".extension.extends_case_reference", ErrorReason::FieldRequired),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_decision_says_the_same_each_time_and_a_sequence_is_used_once() {
    let world = World::new().await;
    world.decide(new("A-1", 1, assigned(0, "KA1001"))).await;
    let other_content = new("A-1", 1, assigned(0, "KA1002"));
    let other_id = Decision {
        decision_id: "B-other".to_owned(),
        ..new("A-1", 1, assigned(0, "KA1001"))
    };
    refuses(
        &world,
        vec![
            (other_content, (".decision_id", ErrorReason::DecisionDiffers)),
            (other_id, (".sequence", ErrorReason::DecisionSequenceTaken)),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_same_id_for_two_cases_of_a_batch_is_refused_for_the_second() {
    let world = World::new().await;
    let twice = Decision {
        decision_id: "B-A-1-1".to_owned(),
        ..new("A-2", 1, assigned(1, "KA1001"))
    };
    let reports = world
        .import(vec![new("A-1", 1, assigned(0, "KA1001")), twice])
        .await;
    assert_eq!(reports[0].result(), DecisionResult::Created);
    assert_eq!(reports[1].reasons[0].reason(), ErrorReason::DecisionDiffers);
}

#[tokio::test]
async fn a_batch_has_between_one_and_five_hundred_decisions() {
    let world = World::new().await;
    for (count, reason) in [(0, ErrorReason::FieldRequired), (501, ErrorReason::FieldTooLong)] {
        let batch = vec![interruption("A-1", 1, "2026-03-01"); count];
        let refusal = refusal(world.try_import(batch).await);
        assert_eq!(violations(&refusal), [("decisions".to_owned(), reason)]);
    }
}
