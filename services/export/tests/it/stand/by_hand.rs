//! Work on runs that the test does itself, step by step, and what a part looks like meanwhile.

use export::domain::ids::{PartId, RunId};
use export::events::on_placement::OnPlacement;
use export::steps::{Next, StepError, Worker};
use proto::export::v1::*;
use proto::types::v1::Recipient;

use super::{Participant, RUNS_EXPORTS, Stand, placement};

/// What the jobs of a process do, one after the other.
pub async fn work(stand: &Stand, run: RunId) -> Result<(), StepError> {
    work_with(&stand.fresh_worker(), run).await
}

pub async fn work_with(worker: &Worker, run: RunId) -> Result<(), StepError> {
    while worker.run_step(run).await? == Next::Go {}
    let parts: Vec<uuid::Uuid> = sqlx::query_scalar("select part_id from parts order by number")
        .fetch_all(worker.database.pool())
        .await?;
    for part in parts {
        while worker.part_step(PartId::from_uuid(part)).await? == Next::Go {}
    }
    Ok(())
}

impl Stand {
    /// A run of so many rows for ESF, worked up to the stage that it is held before.
    pub async fn held(&self, before: RunStage, rows: u128) -> (Run, RunId) {
        self.hear_of_many(rows).await;
        let run = self.create(Recipient::Esf, before).await;
        let run_id = run.run_id.parse().unwrap();
        work(self, run_id).await.unwrap();
        (run, run_id)
    }

    /// The run's only part.
    pub async fn part_of(&self, run: &Run) -> Part {
        self.parts(&run.run_id).await.remove(0)
    }

    /// A process has consent begin the part's first attempt, and dies when it has its answer.
    pub async fn has_begun(&self, run: &Run) {
        let part = self.part_of(run).await;
        let hash = part.attempts[0].sealed_hash.to_vec().try_into().unwrap();
        let of = (part.part_id.parse().unwrap(), 1);
        let consent = self.fresh_worker().consent;
        consent.begin(of, hash, [1; 32]).await.unwrap();
    }

    /// The first participant gets a protected identity.
    pub async fn protect_first(&self) {
        let of = Participant(0);
        let mut state = placement(of);
        state.protected_identity = true;
        self.hear(OnPlacement, of.placement(), Some(state)).await;
    }

    pub async fn cancel(&self, run: &Run) {
        let staff = self.staff(RUNS_EXPORTS);
        let run_id = run.run_id.clone();
        let request = staff.request(CancelRunRequest { run_id });
        staff.runs().cancel_run(request).await.unwrap();
    }
}
