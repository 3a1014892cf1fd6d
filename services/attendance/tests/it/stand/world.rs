//! A world that most tests begin in: two organisations with a unit each, a reporter in each, and a placement of each with
//! a plan. The clock stands on 10 March 2026, so that February is over and open.

use jiff::SignedDuration;
use platform::auth::token::ClientKind;
use proto::attendance::v1 as pb;
use proto::identity::events::v1::{SignatureOutcome, SignatureState};
use proto::types::v1::{Day, Month};
use tonic::{Response, Status};
use uuid::Uuid;

use super::records::{Record, Records, State};
use super::{Caller, Stand, beginning, placement};

pub const OWN: Uuid = Uuid::from_u128(0x11);
pub const OTHER: Uuid = Uuid::from_u128(0x12);
pub const AGENCY: Uuid = Uuid::from_u128(0x13);
pub const TRAINING: Uuid = Uuid::from_u128(0x14);
pub const UNIT: Uuid = Uuid::from_u128(0x21);
pub const SECOND_UNIT: Uuid = Uuid::from_u128(0x22);
pub const OTHER_UNIT: Uuid = Uuid::from_u128(0x23);
pub const TRAINING_UNIT: Uuid = Uuid::from_u128(0x24);
pub const OFFICE: Uuid = Uuid::from_u128(0x31);
pub const PLACEMENT: Uuid = Uuid::from_u128(0x41);
pub const SECOND_PLACEMENT: Uuid = Uuid::from_u128(0x42);
pub const OTHER_PLACEMENT: Uuid = Uuid::from_u128(0x43);
pub const TRAINING_PLACEMENT: Uuid = Uuid::from_u128(0x44);
pub const PERSON: Uuid = Uuid::from_u128(0x51);
pub const SECOND_PERSON: Uuid = Uuid::from_u128(0x52);
pub const OTHER_PERSON: Uuid = Uuid::from_u128(0x53);
pub const REPORTER: Uuid = Uuid::from_u128(0x61);
pub const OTHER_REPORTER: Uuid = Uuid::from_u128(0x62);
pub const ADMINISTRATOR: Uuid = Uuid::from_u128(0x63);
pub const RECEIVER: Uuid = Uuid::from_u128(0x64);
pub const OFFICE_REPORTER: Uuid = Uuid::from_u128(0x65);
pub const DESK: Uuid = Uuid::from_u128(0x66);
/// Reports in more units than are looked through one by one.
pub const MANY_REPORTER: Uuid = Uuid::from_u128(0x67);
/// Report in whole units, a few or many, and in one office of another.
pub const BESIDE_REPORTER: Uuid = Uuid::from_u128(0x68);
pub const MANY_BESIDE_REPORTER: Uuid = Uuid::from_u128(0x69);

/// February 2026.
pub const FEBRUARY: Month = Month { year: 2026, month: 2 };
pub const MARCH: Month = Month { year: 2026, month: 3 };

/// A stand with placements in it.
pub struct World {
    pub stand: Stand,
    pub records: tokio::sync::Mutex<Records>,
    /// Reports in the first unit.
    pub reporter: Caller,
    /// The participant of the first placement.
    pub person: Caller,
}

impl World {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// With these lines in the configuration.
    pub async fn with(settings: &str) -> Self {
        let stand = Stand::with(settings).await;
        let world = Self {
            reporter: stand.staff(REPORTER, account_of(REPORTER)),
            person: stand.participant(PERSON),
            records: tokio::sync::Mutex::default(),
            stand,
        };
        for record in beginning() {
            world.hear(&record).await;
        }
        world
    }

    pub async fn hear(&self, record: &Record) {
        let mut records = self.records.lock().await;
        records.hear(self.stand.database(), record).await.unwrap();
    }

    /// The first placement moves to the other organisation.
    pub async fn move_away(&self) {
        let moved = placement(PLACEMENT, PERSON, OTHER, OTHER_UNIT, "AF-1");
        self.hear(&Record::new(PLACEMENT, 2, State::Placement(Some(moved))))
            .await;
    }

    pub fn supplier(&self, organisation: Uuid) -> Caller {
        self.stand.machine(ClientKind::Supplier, organisation)
    }

    pub fn agency_system(&self) -> Caller {
        self.stand.machine(ClientKind::Agency, AGENCY)
    }

    pub fn staff(&self, person: Uuid) -> Caller {
        self.stand.staff(person, account_of(person))
    }

    pub async fn month(&self) -> pb::GetMonthResponse {
        self.month_of(PLACEMENT).await
    }

    pub async fn month_of(&self, placement: Uuid) -> pb::GetMonthResponse {
        let supplier = self.supplier(OWN);
        let request = pb::GetMonthRequest {
            placement_id: placement.to_string(),
            month: Some(FEBRUARY),
        };
        inner(supplier.months().get_month(supplier.request(request)).await).unwrap()
    }

    /// Saves a draft of February.
    pub async fn try_save(
        &self,
        entries: Vec<pb::MonthEntry>,
        change: impl FnOnce(&mut pb::SaveMonthDraftRequest),
    ) -> Result<pb::SaveMonthDraftResponse, Status> {
        let mut request = pb::SaveMonthDraftRequest {
            placement_id: PLACEMENT.to_string(),
            month: Some(FEBRUARY),
            entries,
            ..Default::default()
        };
        change(&mut request);
        let request = self.reporter.request(request);
        inner(self.reporter.months().save_month_draft(request).await)
    }

    /// Saves a draft that must be good, on top of what stands; answers its etag.
    pub async fn save(&self, entries: Vec<pb::MonthEntry>) -> String {
        let etag = self.month().await.etag;
        let answer = self
            .try_save(entries, |request| request.etag = etag)
            .await
            .unwrap();
        saved(answer).etag
    }

    pub async fn try_submit(
        &self,
        etag: &str,
        change: impl FnOnce(&mut pb::SubmitMonthRequest),
    ) -> Result<pb::SubmitMonthResponse, Status> {
        let mut request = pb::SubmitMonthRequest {
            request_id: fresh_id(),
            placement_id: PLACEMENT.to_string(),
            month: Some(FEBRUARY),
            etag: etag.to_owned(),
            zero_month: false,
        };
        change(&mut request);
        let request = self.reporter.request(request);
        inner(self.reporter.months().submit_month(request).await)
    }

    /// Saves and submits entries of February.
    pub async fn submit(&self, entries: Vec<pb::MonthEntry>) -> pb::SubmitMonthResponse {
        let etag = self.save(entries).await;
        self.try_submit(&etag, |_| ()).await.unwrap()
    }

    /// The participant reads the month.
    pub async fn read(&self, report: &str) -> Result<pb::OwnMonth, Status> {
        let request = self.person.request(pb::GetOwnMonthRequest {
            month_report_id: report.to_owned(),
        });
        let answer = inner(self.person.answers().get_own_month(request).await)?;
        Ok(answer.month.unwrap())
    }

    /// Prepares the approval of a revision as it was submitted.
    pub async fn try_prepare(&self, submitted: &pb::SubmitMonthResponse) -> Result<String, Status> {
        let revision = submitted.revision.clone().unwrap();
        let request = self.person.request(pb::PrepareApprovalRequest {
            month_report_id: submitted.month_report_id.clone(),
            revision: revision.revision,
            content_hash: revision.content_hash,
            language: 0,
        });
        let answer = inner(self.person.answers().prepare_approval(request).await)?;
        Ok(answer.signature_id)
    }

    pub async fn try_complete(&self, signature: &str) -> Result<pb::CompleteApprovalResponse, Status> {
        let request = self.person.request(pb::CompleteApprovalRequest {
            signature_id: signature.to_owned(),
        });
        inner(self.person.answers().complete_approval(request).await)
    }

    /// What completing the signature comes to.
    pub async fn complete(&self, signature: &str) -> pb::ApprovalOutcome {
        self.try_complete(signature).await.unwrap().outcome()
    }

    pub async fn try_reject(&self, report: &str, revision: i32) -> Result<pb::RejectMonthResponse, Status> {
        let request = self.person.request(pb::RejectMonthRequest {
            request_id: fresh_id(),
            month_report_id: report.to_owned(),
            revision,
        });
        inner(self.person.answers().reject_month(request).await)
    }

    /// The record of a signature that the double of identity holds.
    pub fn signature_record(&self, signature: &str, n: i64) -> Record {
        let document = self.stand.identity.document(signature);
        let at = document.signed_at.map(platform::grpc::convert::to_timestamp);
        let outcome = if at.is_some() {
            SignatureOutcome::Signed
        } else {
            SignatureOutcome::Prepared
        };
        let state = SignatureState {
            signature_id: signature.to_owned(),
            context: document.request.context,
            kind: document.request.kind,
            document_id: document.request.document_id,
            document_hash: document.request.document_hash,
            person_id: document.request.person_id,
            outcome: outcome.into(),
            started_at: at,
            signed_at: at,
        };
        Record::new(signature, n, State::Signature(Some(state)))
    }

    /// Moves the clock so many days, and gives the callers new tokens. From then on a system of the provider reports: what
    /// is known of staff accounts has aged.
    pub fn days_later(&mut self, days: i64) {
        self.stand.later(SignedDuration::from_hours(24 * days));
        self.reporter = self.supplier(OWN);
        self.person = self.stand.participant(PERSON);
    }
}

pub fn account_of(person: Uuid) -> Uuid {
    Uuid::from_u128(person.as_u128() + 0x100)
}

/// An entry of February.
pub fn entry(of: i32, code: &str, minutes: i32) -> pb::MonthEntry {
    pb::MonthEntry {
        day: Some(day(2026, 2, of)),
        activity_code: code.to_owned(),
        minutes,
    }
}

/// Two days: 3 and 1 + 2 hours.
pub fn two_days() -> Vec<pb::MonthEntry> {
    vec![
        entry(2, "VAGLEDNING", 150),
        entry(3, "WORKSHOP", 120),
        entry(3, "VAGLEDNING", 15),
    ]
}

pub fn saved(answer: pb::SaveMonthDraftResponse) -> pb::MonthDraft {
    match answer.outcome.unwrap() {
        pb::save_month_draft_response::Outcome::Saved(draft) => draft,
        pb::save_month_draft_response::Outcome::Conflict(conflict) => panic!("{conflict:?}"),
    }
}

pub fn conflict(answer: pb::SaveMonthDraftResponse) -> pb::DraftConflict {
    match answer.outcome.unwrap() {
        pb::save_month_draft_response::Outcome::Saved(draft) => panic!("{draft:?}"),
        pb::save_month_draft_response::Outcome::Conflict(conflict) => conflict,
    }
}

pub fn day(year: i32, month: i32, day: i32) -> Day {
    Day { year, month, day }
}

pub fn inner<T>(answer: Result<Response<T>, Status>) -> Result<T, Status> {
    answer.map(Response::into_inner)
}

pub fn fresh_id() -> String {
    let entropy = platform::clock::SystemEntropy;
    platform::ids::new_uuid(&platform::clock::SystemClock::new(), &entropy).to_string()
}
