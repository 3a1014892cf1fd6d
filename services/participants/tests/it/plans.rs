//! Joint plans: drafted, sent, never lost.

use proto::errors::v1::ErrorReason;
use proto::participants::v1::*;
use support::people::PARTICIPANTS;

use crate::stand::*;

mod rights;

/// What is changed in a good plan, and what is said about it.
type WrongPlan = (fn(&mut JointPlan), &'static str, ErrorReason);

fn activity(code: &str, from: &str, to: Option<&str>) -> PlanActivity {
    PlanActivity {
        activity_code: code.to_owned(),
        validity: Some(proto::types::v1::Validity {
            from: Some(day(from)),
            to: to.map(day),
        }),
    }
}

fn plan() -> JointPlan {
    JointPlan {
        made_on: Some(day("2026-03-02")),
        made_by: PlanningForm::Video.into(),
        activities: vec![activity("WORKSHOP", "2026-03-10", None)],
        in_force_from: None,
    }
}

impl World {
    async fn save(
        &self,
        caller: &Caller,
        placement_id: &str,
        etag: &str,
        plan: JointPlan,
    ) -> Result<JointPlanDraft, tonic::Status> {
        let request = caller.request(SaveJointPlanDraftRequest {
            request_id: fresh_id(),
            placement_id: placement_id.to_owned(),
            etag: etag.to_owned(),
            plan: Some(plan),
        });
        let answer = caller.plans().save_joint_plan_draft(request).await?;
        Ok(answer.into_inner().draft.unwrap())
    }

    async fn send(
        &self,
        caller: &Caller,
        placement_id: &str,
        etag: &str,
    ) -> Result<SentJointPlan, tonic::Status> {
        let request = caller.request(SendJointPlanRequest {
            request_id: fresh_id(),
            placement_id: placement_id.to_owned(),
            etag: etag.to_owned(),
        });
        let answer = caller.plans().send_joint_plan(request).await?;
        Ok(answer.into_inner().sent.unwrap())
    }

    async fn joint_plan(
        &self,
        caller: &Caller,
        placement_id: &str,
    ) -> Result<GetJointPlanResponse, tonic::Status> {
        let request = caller.request(GetJointPlanRequest {
            placement_id: placement_id.to_owned(),
        });
        Ok(caller.plans().get_joint_plan(request).await?.into_inner())
    }

    async fn sent(&self, placement_id: &str, plan: JointPlan) -> SentJointPlan {
        let draft = self.save(&self.reporter, placement_id, "", plan).await.unwrap();
        self.send(&self.reporter, placement_id, &draft.etag)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_sent_plan_is_a_version_that_is_told_with_codes_and_days() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;

    let sent = world.sent(&placement, plan()).await;

    assert_eq!(
        (sent.version, sent.plan.as_ref().unwrap().in_force_from),
        (1, Some(day("2026-03-10")))
    );
    assert_eq!(sent.sent_by_account_id, reporter_account().id.to_string());
    let told = world.stand.documents().await.pop().unwrap();
    assert_eq!((told.document_id, told.version), (sent.document_id, 1));
    assert_eq!(told.activities[0].activity_code, "WORKSHOP");
    assert_eq!(
        told.activities[0].validity,
        Some(period("2026-03-10", "2026-06-09"))
    );
    assert_eq!(told.in_force_from, Some(day("2026-03-10")));
    assert_eq!(world.stand.audited("participants.send_plan").await, 1);
}

#[tokio::test]
async fn what_was_sent_is_never_lost_to_a_draft() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.sent(&placement, plan()).await;

    let mut other = plan();
    other.activities = vec![activity("STUDIEBESOK", "2026-03-10", None)];
    world
        .save(&world.reporter, &placement, "", other.clone())
        .await
        .unwrap();

    let held = world.joint_plan(&world.reporter, &placement).await.unwrap();
    assert_eq!(held.draft.unwrap().plan.unwrap(), other);
    let sent = held.sent[0].plan.as_ref().unwrap();
    assert_eq!(sent.activities[0].activity_code, "WORKSHOP");
    assert_eq!(world.stand.documents().await.len(), 1);
}

#[tokio::test]
async fn versions_count_and_come_latest_first() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.sent(&placement, plan()).await;
    world.sent(&placement, plan()).await;

    let held = world.joint_plan(&world.system, &placement).await.unwrap();

    assert!(held.draft.is_none());
    let versions: Vec<_> = held.sent.iter().map(|it| it.version).collect();
    assert_eq!(versions, [2, 1]);
    let reads = world.stand.told_reads().await;
    assert_eq!(
        (&*reads[0].role, &*reads[0].data_kind),
        ("supplier_system", "joint_plan")
    );
}

#[tokio::test]
async fn a_stale_etag_is_refused_at_saving_and_sending() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let first = world.save(&world.reporter, &placement, "", plan()).await.unwrap();
    let second = world
        .save(&world.lead, &placement, &first.etag, plan())
        .await
        .unwrap();

    for etag in ["", first.etag.as_str()] {
        let saved = refusal(world.save(&world.reporter, &placement, etag, plan()).await);
        assert_eq!(saved.reason(), ErrorReason::EtagMismatch);
        assert_eq!(
            violations(&saved),
            [("etag".to_owned(), ErrorReason::EtagMismatch)]
        );
    }
    let sent = refusal(world.send(&world.reporter, &placement, &first.etag).await);
    assert_eq!(sent.reason(), ErrorReason::EtagMismatch);
    world
        .send(&world.reporter, &placement, &second.etag)
        .await
        .unwrap();
    let again = refusal(world.send(&world.reporter, &placement, &second.etag).await);
    assert_eq!(again.reason(), ErrorReason::PlanNoDraft);
}

#[tokio::test]
async fn the_same_sending_again_is_answered_like_the_first_time() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let draft = world.save(&world.reporter, &placement, "", plan()).await.unwrap();
    let request = SendJointPlanRequest {
        request_id: fresh_id(),
        placement_id: placement,
        etag: draft.etag,
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let request = world.reporter.request(request.clone());
        let answer = world.reporter.plans().send_joint_plan(request).await.unwrap();
        answers.push(answer.into_inner());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(world.stand.documents().await.len(), 1);
}

#[tokio::test]
async fn an_incomplete_draft_is_kept_and_cannot_be_sent() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let draft = world
        .save(&world.reporter, &placement, "", JointPlan::default())
        .await
        .unwrap();

    let refusal = refusal(world.send(&world.reporter, &placement, &draft.etag).await);

    assert_eq!(
        violations(&refusal),
        [
            ("plan.made_on".to_owned(), ErrorReason::FieldRequired),
            ("plan.made_by".to_owned(), ErrorReason::FieldRequired),
            ("plan.activities".to_owned(), ErrorReason::FieldRequired),
        ]
    );
}

#[tokio::test]
async fn what_a_plan_may_not_say_is_named_when_it_is_sent() {
    let world = World::new().await;
    let cases: [WrongPlan; 7] = [
        (
            |it| it.made_on = Some(day("2026-03-03")),
            "plan.made_on",
            ErrorReason::PlanMadeAhead,
        ),
        (
            |it| it.activities[0].activity_code = "UNHEARD_OF".to_owned(),
            "plan.activities[0].activity_code",
            ErrorReason::PlanActivityUnknown,
        ),
        (
            |it| it.activities[0] = activity("WORKSHOP", "2026-03-09", None),
            "plan.activities[0].validity",
            ErrorReason::PlanOutsidePeriod,
        ),
        (
            |it| it.activities[0] = activity("WORKSHOP", "2026-03-10", Some("2026-06-10")),
            "plan.activities[0].validity",
            ErrorReason::PlanOutsidePeriod,
        ),
        (
            |it| it.activities.push(activity("WORKSHOP", "2026-04-01", None)),
            "plan.activities[1].validity",
            ErrorReason::ValidityOverlaps,
        ),
        (
            |it| it.in_force_from = Some(day("2026-03-09")),
            "plan.in_force_from",
            ErrorReason::PlanOutsidePeriod,
        ),
        (|it| it.made_by = 0, "plan.made_by", ErrorReason::FieldRequired),
    ];
    for (person, (change, path, reason)) in cases.into_iter().enumerate() {
        let placement = world.placed(person, "KA1001").await;
        let mut wrong = plan();
        change(&mut wrong);
        let draft = world.save(&world.reporter, &placement, "", wrong).await.unwrap();
        let refusal = refusal(world.send(&world.reporter, &placement, &draft.etag).await);
        assert_eq!(violations(&refusal), [(path.to_owned(), reason)]);
    }
}

#[tokio::test]
async fn a_plan_cannot_hold_before_it_was_made() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.stand.clock.set("2026-03-20T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();
    let mut wrong = plan();
    wrong.made_on = Some(day("2026-03-20"));
    wrong.in_force_from = Some(day("2026-03-19"));
    let draft = world.save(&world.reporter, &placement, "", wrong).await.unwrap();

    let refusal = refusal(world.send(&world.reporter, &placement, &draft.etag).await);

    assert_eq!(
        violations(&refusal),
        [("plan.in_force_from".to_owned(), ErrorReason::PlanInForceTooEarly)]
    );
}

#[tokio::test]
async fn nothing_is_planned_with_somebody_whose_placement_never_begins() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let draft = world.save(&world.reporter, &placement, "", plan()).await.unwrap();
    world.import(vec![interruption("A-0", 2, "2026-03-10")]).await;

    let refusal = refusal(world.send(&world.reporter, &placement, &draft.etag).await);

    assert_eq!(refusal.reason(), ErrorReason::PlacementOver);
}

#[tokio::test]
async fn a_malformed_draft_is_not_kept() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let number = PARTICIPANTS[0].number.replace('-', "");
    let cases: [(JointPlan, &str, ErrorReason); 4] = [
        (
            JointPlan {
                activities: vec![activity(&number, "2026-03-10", None)],
                ..plan()
            },
            "plan.activities[0].activity_code",
            ErrorReason::FieldMalformed,
        ),
        (
            JointPlan {
                activities: vec![activity("WORKSHOP", "2026-03-10", Some("2026-03-09"))],
                ..plan()
            },
            "plan.activities[0].validity.to",
            ErrorReason::ValidityReversed,
        ),
        (
            JointPlan { made_by: 9, ..plan() },
            "plan.made_by",
            ErrorReason::FieldUnknownValue,
        ),
        (
            JointPlan {
                activities: vec![activity("WORKSHOP", "2026-03-10", None); 51],
                ..plan()
            },
            "plan.activities",
            ErrorReason::FieldTooLong,
        ),
    ];
    for (wrong, path, reason) in cases {
        let refusal = refusal(world.save(&world.reporter, &placement, "", wrong).await);
        assert_eq!(violations(&refusal), [(path.to_owned(), reason)]);
    }
    assert_eq!(world.stand.count("joint_plan_drafts").await, 0);
}
