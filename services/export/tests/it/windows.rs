//! The time in which an attempt may leave, and what changes between the stages before its first byte.

use export::domain::ids::{PartId, RunId};
use export::domain::receipt::Sent;
use export::recipients::valve::Valve;
use export::sealing::files::Reading;
use export::steps::{StepError, Worker};
use futures::StreamExt as _;
use jiff::SignedDuration;
use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

/// A run of which one part is about to be sent, by a worker that does not get through to ESF.
async fn before_the_door(stand: &Stand) -> (Run, PartId, Worker, Doorkeeper) {
    let (run, _) = stand.held(RunStage::Send, 2).await;
    let part = part_id(stand, &run).await;
    let address = stand.receivers.url(Receiver::Esf);
    let (host, port) = address.rsplit_once(':').unwrap();
    let door = Doorkeeper::before(port.parse().unwrap()).await;
    let worker = stand.worker_with(|esf| esf.url = format!("{host}:{}", door.port));
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    (run, part, worker, door)
}

fn run_id(run: &Run) -> RunId {
    run.run_id.parse().unwrap()
}

async fn part_id(stand: &Stand, run: &Run) -> PartId {
    stand.part_of(run).await.part_id.parse().unwrap()
}

fn let_the_window_pass(stand: &Stand) {
    stand.clock.advance(SignedDuration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_stood_still_past_its_window_sends_nothing_when_it_goes_on() {
    let stand = Stand::by_hand().await;
    let (run, part, stopped, door) = before_the_door(&stand).await;

    let (sent, ()) = tokio::join!(stopped.part_step(part), async {
        door.knocked().await;
        let_the_window_pass(&stand);
        for _ in 0..2 {
            work(&stand, run_id(&run)).await.unwrap();
            stand.tick();
        }
        assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
        door.open();
    });

    assert!(matches!(sent, Err(StepError::Moved)), "{sent:?}");
    let arrived: Vec<_> = stand
        .receivers
        .deliveries(Receiver::Esf)
        .iter()
        .map(|delivery| delivery.attempt)
        .collect();
    assert_eq!(arrived, [Some(2)]);
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_fell_silent_is_waited_for_until_it_can_send_no_more() {
    let stand = Stand::by_hand().await;
    let (run, part, killed, door) = before_the_door(&stand).await;
    tokio::select! {
        sent = killed.part_step(part) => panic!("nobody opened: {sent:?}"),
        () = door.knocked() => {}
    }

    for _ in 0..3 {
        work(&stand, run_id(&run)).await.unwrap();
        stand.tick();
    }
    let waiting = stand.part_of(&run).await;
    assert_eq!((waiting.attempt, waiting.problem.as_str()), (1, "not_arrived"));
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Unknown)]);

    let_the_window_pass(&stand);
    for _ in 0..2 {
        work(&stand, run_id(&run)).await.unwrap();
        stand.tick();
    }
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_broke_off_is_waited_for_until_nothing_of_it_can_arrive() {
    let stand = Stand::by_hand().await;
    let (run, _) = stand.held(RunStage::Send, 2).await;
    let attempt = stand.part_of(&run).await.attempts.remove(0);
    let worker = stand.fresh_worker();
    let late = worker.files.read(&attempt.object_path).await.unwrap();
    let cut = Switch {
        effect: Effect::Cut { after: 100 },
        times: Some(1),
        ..Switch::default()
    };
    stand.receivers.set_switch(Receiver::Esf, cut);
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    work(&stand, run_id(&run)).await.unwrap();
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Unknown)]);

    // The network held it back, and brings it now.
    let sent = Sent {
        part: part_id(&stand, &run).await,
        attempt: 1,
        sealed_hash: attempt.sealed_hash.to_vec().try_into().unwrap(),
        rows: std::collections::BTreeMap::new(),
    };
    let esf = worker.recipients.get(export::domain::recipient::Recipient::Esf);
    let always = (std::time::Duration::from_secs(20), Valve::new(|| true));
    esf.unwrap().client.send(&sent, late, always).await;
    stand.tick();
    work(&stand, run_id(&run)).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Delivered)]);
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_system_still_holds_of_a_file_goes_with_its_connection() {
    let stand = Stand::by_hand().await;
    let sluggard = Sluggard::start(&stand.authority).await;
    let worker = stand.worker_with(|esf| {
        esf.url.clone_from(&sluggard.url);
        esf.ca_file = stand.authority.ca_file();
    });
    let sent = Sent {
        part: PartId::from_uuid(uuid::Uuid::from_u128(1)),
        attempt: 1,
        sealed_hash: [1; 32],
        rows: std::collections::BTreeMap::new(),
    };
    let handed_over = std::sync::Arc::new(tokio::sync::Notify::new());
    let asked_for_more = std::sync::Arc::clone(&handed_over);
    let rest = futures::stream::poll_fn(move |_| {
        asked_for_more.notify_one();
        std::task::Poll::Pending
    });
    let file = Reading {
        size: 1 << 20,
        content: futures::stream::iter([Ok(vec![7; 1 << 18].into())])
            .chain(rest)
            .boxed(),
    };
    let esf = worker.recipients.get(export::domain::recipient::Recipient::Esf);
    let always = (std::time::Duration::from_secs(20), Valve::new(|| true));

    tokio::select! {
        reply = esf.unwrap().client.send(&sent, file, always) => panic!("nobody answered: {reply:?}"),
        () = async { tokio::join!(handed_over.notified(), sluggard.accepted()); } => {}
    }

    let ended = sluggard.wakes().await.unwrap_err();
    assert_eq!(ended.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_may_not_go_on_any_more_is_withheld_at_the_last_step() {
    let stand = Stand::by_hand().await;
    let (run, _) = stand.held(RunStage::Send, 2).await;
    stand.protect_first().await;

    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    work(&stand, run_id(&run)).await.unwrap();

    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
    let row = stand.row(&run.run_id, Participant(0)).await;
    assert_eq!(
        (row.outcome(), row.reason()),
        (RunRowOutcome::Withheld, RunRowReason::ProtectedIdentity)
    );
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cancelled_while_an_attempt_began_tells_consent_that_nothing_left() {
    let stand = Stand::by_hand().await;
    let (run, _) = stand.held(RunStage::Begin, 1).await;
    stand.has_begun(&run).await;

    stand.cancel(&run).await;
    work(&stand, run_id(&run)).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Cancelled);
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Failed)]);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}
