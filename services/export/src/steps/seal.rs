//! Seal: the authorised rows go into the file batch by batch, each with the number that identity tells, and are sealed on
//! the way. A person whom identity does not know takes the row out, and the part is built again.

use std::io;

use platform::db::Tx;

use super::{Next, StepError, Worker, advance};
use crate::domain::ids::{MonthReportId, PersonId};
use crate::domain::part::{Problem, Step};
use crate::domain::reason::Reason;
use crate::events::publish;
use crate::peers::identity::MOST_PERSONS;
use crate::sealing::file::PartFile;
use crate::sealing::files::{self, FileWriter, Written};
use crate::sealing::lines::Header;
use crate::store::attempts::{self, Attempt};
use crate::store::parts::Part;
use crate::store::rows::{self, Leaving};
use crate::store::runs::Run;

impl Worker {
    pub(super) async fn seal(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let count = rows::count_planned(&mut *self.connection().await?, part.id).await?;
        let path = files::path(run.recipient, run.month, part.id, part.progress.attempt);
        // Of a process that died while it wrote. One that lives fails, and finds out that the part has moved.
        self.files.clear(&path).await.map_err(unsealed)?;
        let mut file = self.begin_file(run, part, count)?;
        let mut writer = self.files.write(&path);
        let missing = self.write_rows(part, &mut file, &mut writer).await?;
        if !missing.is_empty() {
            let abandoned = writer.abandon().await;
            abandoned.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
            return self.without_unknown(part, missing).await;
        }
        let rows_hash = file.rows_hash();
        let last = file.finish().map_err(unsealed)?;
        let written = finish(writer, last).await?;
        self.sealed(part, path, (count, rows_hash), written).await
    }

    fn begin_file(&self, run: &Run, part: &Part, count: i64) -> Result<PartFile, StepError> {
        let prepared = self.recipients.get(run.recipient).ok_or_else(|| {
            StepError::problem(Problem::RecipientUnreachable, "the recipient is not set up")
        })?;
        let header = Header {
            run: run.id,
            part: part.id,
            attempt: part.progress.attempt,
            recipient: run.recipient,
            month: run.month,
            rows: count.unsigned_abs(),
        };
        PartFile::begin(&prepared.key, &header).map_err(unsealed)
    }

    /// Answers the rows whose person is not known.
    async fn write_rows(
        &self,
        part: &Part,
        file: &mut PartFile,
        writer: &mut FileWriter,
    ) -> Result<Vec<(MonthReportId, Reason)>, StepError> {
        let (mut missing, mut after) = (Vec::new(), None);
        loop {
            let batch = rows::leaving(&mut *self.connection().await?, part.id, after, MOST_PERSONS).await?;
            let Some(last) = batch.last() else { break };
            after = Some(last.report);
            missing.extend(self.write_batch(&batch, file).await?);
            let sealed = writer.put(file.take()).await;
            sealed.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
        }
        Ok(missing)
    }

    async fn write_batch(
        &self,
        batch: &[Leaving],
        file: &mut PartFile,
    ) -> Result<Vec<(MonthReportId, Reason)>, StepError> {
        let mut persons: Vec<PersonId> = batch.iter().map(|row| row.person).collect();
        persons.sort_unstable();
        persons.dedup();
        let numbers = self
            .identity
            .numbers(&persons)
            .await
            .map_err(StepError::identity)?;
        let mut missing = Vec::new();
        for row in batch {
            match numbers.get(&row.person) {
                Some(number) => file.row(row, number).map_err(unsealed)?,
                None => missing.push((row.report, Reason::PersonUnknown)),
            }
        }
        Ok(missing)
    }

    async fn without_unknown(
        &self,
        part: &Part,
        missing: Vec<(MonthReportId, Reason)>,
    ) -> Result<Next, StepError> {
        self.database
            .transaction("export.seal", async |tx: &mut Tx| {
                rows::withhold(tx, part.id, &missing).await?;
                advance(tx, part, Step::Rebuild).await?;
                publish::part(tx, part.id).await?;
                Ok::<_, StepError>(())
            })
            .await?;
        Ok(Next::Go)
    }

    async fn sealed(
        &self,
        part: &Part,
        path: String,
        (count, rows_hash): (i64, [u8; 32]),
        written: Written,
    ) -> Result<Next, StepError> {
        let attempt = Attempt {
            attempt: part.progress.attempt,
            rows: i32::try_from(count).unwrap_or(i32::MAX),
            object_path: Some(path),
            sealed_hash: written.hash,
            sealed_bytes: written.bytes,
            rows_hash,
            begun_at: None,
            valid_until: None,
            sending_at: None,
            outcome: None,
            problem: None,
            ended_at: None,
        };
        self.database
            .transaction("export.seal", async |tx: &mut Tx| {
                advance(tx, part, Step::Sealed).await?;
                Ok::<_, StepError>(attempts::insert(tx, part.id, &attempt).await?)
            })
            .await?;
        Ok(Next::Go)
    }
}

async fn finish(mut writer: FileWriter, last: Vec<u8>) -> Result<Written, StepError> {
    let put = writer.put(last).await;
    put.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
    let finished = writer.finish().await;
    finished.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))
}

fn unsealed(error: io::Error) -> StepError {
    StepError::problem(Problem::StoreUnavailable, error)
}
