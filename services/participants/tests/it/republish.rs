//! Writing the topics out again gives what was last told of every aggregate.

use std::collections::BTreeMap;

use participants::events::republish::sources;
use proto::participants::v1::*;

use crate::stand::*;

/// The last record of every key.
async fn last_told(stand: &Stand, topic: &str) -> BTreeMap<String, Vec<u8>> {
    stand.outbox(topic).await.into_iter().collect()
}

async fn written_again(stand: &Stand, topic: &str) -> BTreeMap<String, Vec<u8>> {
    let context = stand.running.parts();
    let source = sources(&context.keys)
        .into_iter()
        .find(|source| source.topic() == topic)
        .unwrap();
    let mut written = BTreeMap::new();
    loop {
        let after = written.last_key_value().map(|(key, _): (&String, _)| key.clone());
        let page = context
            .database
            .transaction("test.page", async |tx| source.page(tx, after.as_deref(), 2).await)
            .await
            .unwrap();
        if page.is_empty() {
            return written;
        }
        written.extend(page.into_iter().map(|state| (state.key, state.payload)));
    }
}

#[tokio::test]
async fn every_placement_and_plan_is_written_again_as_it_was_told() {
    let world = World::new().await;
    for person in 0..5 {
        let placement = world.placed(person, "KA1001").await;
        world.assign(&[&placement]).await.unwrap();
        let request = world.reporter.request(SaveJointPlanDraftRequest {
            request_id: fresh_id(),
            placement_id: placement.clone(),
            etag: String::new(),
            plan: Some(JointPlan {
                made_on: Some(day("2026-03-02")),
                made_by: PlanningForm::Phone.into(),
                activities: vec![PlanActivity {
                    activity_code: "WORKSHOP".to_owned(),
                    validity: Some(period("2026-03-10", "2026-03-31")),
                }],
                in_force_from: None,
            }),
        });
        let saved = world
            .reporter
            .plans()
            .save_joint_plan_draft(request)
            .await
            .unwrap();
        let request = world.reporter.request(SendJointPlanRequest {
            request_id: fresh_id(),
            placement_id: placement,
            etag: saved.into_inner().draft.unwrap().etag,
        });
        world.reporter.plans().send_joint_plan(request).await.unwrap();
    }
    world.import(vec![interruption("A-3", 2, "2026-04-01")]).await;

    for topic in ["participants.placement.v1", "participants.document.v1"] {
        let told = last_told(&world.stand, topic).await;
        assert_eq!(told.len(), 5);
        assert!(told == written_again(&world.stand, topic).await, "{topic}");
    }
}
