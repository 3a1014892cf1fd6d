//! Kills: the work of a run is dropped at any point at which it waits for anything, and taken up by a process that
//! remembers nothing. Seeds decide where.

use std::pin::Pin;
use std::task::{Context, Poll};

use export::domain::ids::RunId;
use export::steps::StepError;
use export::store::rows::Planned;
use platform::clock::{Entropy as _, SeededEntropy};
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

/// Work that is dropped after so many polls.
struct Doomed<F> {
    work: Pin<Box<F>>,
    polls_left: u8,
}

impl<F: Future> Future for Doomed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls_left == 0 {
            return Poll::Ready(None);
        }
        self.polls_left -= 1;
        self.work.as_mut().poll(context).map(Some)
    }
}

/// Answers how often it was killed.
async fn run_with_kills(stand: &Stand, run: &Run, seed: u64) -> usize {
    let entropy = SeededEntropy::new(seed);
    let run_id: RunId = run.run_id.parse().unwrap();
    let mut kills = 0;
    for _ in 0..4000 {
        if stand.get(&run.run_id).await.status() == RunStatus::Ended {
            return kills;
        }
        let mut chance = [0; 1];
        entropy.fill(&mut chance);
        let polls_left = 4 + chance[0] % 60;
        let work = Box::pin(work(stand, run_id));
        match (Doomed { work, polls_left }).await {
            None => kills += 1,
            Some(Ok(()) | Err(StepError::Problem { .. } | StepError::Moved)) => {}
            Some(Err(error)) => panic!("{error}"),
        }
        stand.tick();
    }
    panic!(
        "seed {seed}: the run does not end: {:?}",
        stand.get(&run.run_id).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let mut kills = 0;
    for seed in 0..6 {
        let stand = Stand::by_hand().await;
        let participants = stand.hear_of_many(3).await;
        stand
            .consent
            .withdraw_before_begin(participants[0].report(), Recipient::Esf.into());
        let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;

        kills += run_with_kills(&stand, &run, seed).await;

        let counted = stand.counted(Receiver::Esf);
        assert_eq!(counted.len(), 2, "seed {seed}");
        assert!(
            !stand
                .ever_arrived(Receiver::Esf)
                .contains(&participants[0].number())
        );
        // Whatever arrived had been begun with that very file.
        let begun = stand.consent.attempts();
        for delivery in stand.receivers.deliveries(Receiver::Esf) {
            let attempt = i32::try_from(delivery.attempt.unwrap()).unwrap();
            let hash = begun[&(delivery.part_id.clone(), attempt)].begun_with.clone();
            if delivery.outcome == "stored" {
                assert_eq!(hash.map(hex::encode), Some(delivery.sealed_sha256));
            }
        }
    }
    assert!(kills >= 30, "{kills} kills hit work under way");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_and_a_faulty_recipient_together_lose_and_double_nothing() {
    let effects = [
        Effect::LostAnswer,
        Effect::Cut { after: 300 },
        Effect::OtherPart,
        Effect::Down,
    ];
    for (seed, effect) in effects.into_iter().enumerate() {
        let stand = Stand::by_hand().await;
        stand.hear_of_many(3).await;
        let switch = Switch {
            effect,
            times: Some(2),
            ..Default::default()
        };
        stand.receivers.set_switch(Receiver::Esf, switch);
        let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;

        run_with_kills(&stand, &run, 100 + u64::try_from(seed).unwrap()).await;

        assert_eq!(stand.counted(Receiver::Esf).len(), 3, "{effect:?}");
        let row = stand.rows(&run.run_id).await;
        assert!(
            row.iter().all(|row| row.outcome() == RunRowOutcome::Receipted),
            "{effect:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_the_same_run_send_each_row_once() {
    let stand = Stand::by_hand().await;
    stand.hear_of_many(3).await;
    let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    let run_id: RunId = run.run_id.parse().unwrap();
    for _ in 0..200 {
        if stand.get(&run.run_id).await.status() == RunStatus::Ended {
            break;
        }
        let (one, other) = tokio::join!(work(&stand, run_id), work(&stand, run_id));
        for result in [one, other] {
            assert!(
                matches!(result, Ok(()) | Err(StepError::Moved | StepError::Problem { .. })),
                "{result:?}"
            );
        }
        stand.tick();
    }
    assert_eq!(stand.counted(Receiver::Esf).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sending_that_began_and_was_left_for_too_long_is_built_again() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Begin, 1).await;
    stand.has_begun(&run).await;
    stand.clock.advance(jiff::SignedDuration::from_mins(11));

    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;
    work(&stand, run_id).await.unwrap();

    let attempts = stand.part_of(&run).await.attempts;
    assert_eq!(attempts[1].problem, "window_passed");
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_judged_for_an_authorisation_that_was_cut_off_do_not_hold_the_part_up() {
    let stand = Stand::by_hand().await;
    let (gone, esf) = (Participant(1), export::domain::recipient::Recipient::Esf);
    let (run, run_id) = stand.held(RunStage::Begin, 1).await;
    let part = stand.part_of(&run).await.part_id.parse().unwrap();
    let row = Planned {
        report: gone.report().to_string().parse().unwrap(),
        revision: 1,
        person: gone.person().to_string().parse().unwrap(),
    };
    stand.consent.allow(gone.report(), gone.person());
    stand
        .fresh_worker()
        .consent
        .authorise((part, 1), esf, &[row])
        .await
        .unwrap();
    let withdrawn = proto::consent::v1::DisclosureRefusal::Withdrawn;
    stand
        .consent
        .refuse(gone.report(), Recipient::Esf.into(), withdrawn);

    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;
    work(&stand, run_id).await.unwrap();
    stand.tick();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_of_a_file_when_it_died_is_removed() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Seal, 2).await;
    let part = stand.part_of(&run).await;
    let folder = stand.folder.path().join("store/esf/2026-02").join(&part.part_id);
    std::fs::create_dir_all(&folder).unwrap();
    let names = || {
        let found = std::fs::read_dir(&folder).unwrap();
        let mut names: Vec<_> = found.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    // Left by a writer of this attempt, and of this attempt while it was written again.
    std::fs::write(folder.join("1.age#1"), "half").unwrap();
    stand.release(&run, RunStage::Seal, RunStage::Begin).await;
    work(&stand, run_id).await.unwrap();
    assert_eq!(names(), ["1.age"]);

    std::fs::write(folder.join("1.age#7"), "half").unwrap();
    stand
        .consent
        .withdraw_before_begin(Participant(0).report(), Recipient::Esf.into());
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;
    work(&stand, run_id).await.unwrap();
    assert_eq!(names(), ["2.age"]);
}
