//! A world that most tests begin in: two organisations with accounts, a participant with a placement and an approved
//! month, and the acts of the main path as one call each.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use consent::domain::text::sha256;
use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::*;
use proto::policy::v1::Permission;
use proto::staff::events::v1 as staff;
use proto::types::v1::{Day, Language, Month, Recipient, Validity};
use uuid::Uuid;

use super::records::Record;
use super::told::{month_report, placement};
use super::{Caller, Records, Stand};

pub use super::records::{Record as HeardRecord, State as HeardState};

pub const PERSON: Uuid = Uuid::from_u128(0x100);
pub const STRANGER: Uuid = Uuid::from_u128(0x101);
pub const PROVIDER: Uuid = Uuid::from_u128(0x200);
pub const OTHER_PROVIDER: Uuid = Uuid::from_u128(0x201);
pub const AGENCY: Uuid = Uuid::from_u128(0x202);
pub const UNIT: Uuid = Uuid::from_u128(0x300);
pub const OTHER_UNIT: Uuid = Uuid::from_u128(0x301);
pub const REPORTER: (Uuid, Uuid) = (Uuid::from_u128(0x400), Uuid::from_u128(0x500));
pub const REPORTER_ELSEWHERE: (Uuid, Uuid) = (Uuid::from_u128(0x401), Uuid::from_u128(0x501));
pub const OTHER_REPORTER: (Uuid, Uuid) = (Uuid::from_u128(0x402), Uuid::from_u128(0x502));
pub const EXPORTER: (Uuid, Uuid) = (Uuid::from_u128(0x403), Uuid::from_u128(0x503));
pub const REGISTRAR: (Uuid, Uuid) = (Uuid::from_u128(0x404), Uuid::from_u128(0x504));

pub const MONTH: Month = Month { year: 2026, month: 2 };
pub const SEALED: [u8; 32] = [5; 32];

/// A stand with a participant in it.
pub struct World {
    pub stand: Stand,
    pub records: tokio::sync::Mutex<Records>,
    pub export: Caller,
    pub placement: Uuid,
    pub report: Uuid,
    /// The file of each attempt, as one worker of export builds it: the revision of each row it was allowed.
    files: Mutex<HashMap<(Uuid, i32), BTreeMap<Uuid, i32>>>,
}

/// The accounts that staff tells of.
pub fn accounts() -> Vec<staff::AccountState> {
    use staff::OrganisationKind::{Agency, Provider};
    vec![
        account(
            REPORTER,
            PROVIDER,
            Provider,
            Permission::ReportAndPlan,
            Some(UNIT),
        ),
        account(
            REPORTER_ELSEWHERE,
            PROVIDER,
            Provider,
            Permission::ReportAndPlan,
            Some(OTHER_UNIT),
        ),
        account(
            OTHER_REPORTER,
            OTHER_PROVIDER,
            Provider,
            Permission::ReportAndPlan,
            Some(UNIT),
        ),
        account(EXPORTER, AGENCY, Agency, Permission::RunExports, None),
        account(REGISTRAR, AGENCY, Agency, Permission::AdministerRegister, None),
    ]
}

impl World {
    /// An approved month, and no consent yet.
    pub async fn new() -> Self {
        let world = Self::empty().await;
        world.hear(placement(world.placement, PERSON)).await;
        world
            .hear(month_report(
                world.report,
                world.placement,
                PERSON,
                1,
                MonthAnswer::Approved,
            ))
            .await;
        world
    }

    /// Nothing heard of yet.
    pub async fn empty() -> Self {
        let stand = Stand::new().await;
        Self {
            export: stand.service("export"),
            stand,
            records: tokio::sync::Mutex::default(),
            placement: Uuid::from_u128(0x600),
            report: Uuid::from_u128(0x700),
            files: Mutex::default(),
        }
    }

    pub async fn hear(&self, record: Record) {
        let mut records = self.records.lock().await;
        records.hear(self.stand.database(), &record).await.unwrap();
    }

    pub fn person(&self) -> Caller {
        self.stand.participant(PERSON)
    }

    pub async fn prepare(
        &self,
        caller: &Caller,
        recipient: Recipient,
    ) -> Result<PrepareConsentResponse, tonic::Status> {
        let request = PrepareConsentRequest {
            recipient: recipient.into(),
            text_version: 1,
            language: Language::Sv.into(),
        };
        let answer = caller.consents().prepare_consent(caller.request(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    pub async fn complete(
        &self,
        caller: &Caller,
        signature_id: &str,
    ) -> Result<CompleteConsentResponse, tonic::Status> {
        let request = CompleteConsentRequest {
            signature_id: signature_id.to_owned(),
        };
        let answer = caller.consents().complete_consent(caller.request(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    /// Prepares, signs and completes.
    pub async fn consent(&self, caller: &Caller, recipient: Recipient) -> Consent {
        let prepared = self.prepare(caller, recipient).await.unwrap();
        self.stand.identity.sign(&prepared.signature_id);
        let completed = self.complete(caller, &prepared.signature_id).await.unwrap();
        assert_eq!(completed.outcome(), ConsentOutcome::Given);
        completed.consent.unwrap()
    }

    pub async fn withdraw(
        &self,
        caller: &Caller,
        recipient: Recipient,
    ) -> Result<WithdrawResponse, tonic::Status> {
        let request = WithdrawRequest {
            request_id: fresh_id(),
            recipient: recipient.into(),
        };
        let answer = caller.consents().withdraw(caller.request(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    pub async fn own_consents(&self, caller: &Caller) -> Vec<Consent> {
        let request = caller.request(ListOwnConsentsRequest::default());
        let answer = caller.consents().list_own_consents(request).await;
        answer.unwrap().into_inner().consents
    }

    pub async fn own_disclosures(&self, caller: &Caller) -> Vec<Disclosure> {
        let request = caller.request(ListOwnDisclosuresRequest::default());
        let answer = caller.consents().list_own_disclosures(request).await;
        answer.unwrap().into_inner().disclosures
    }

    /// Authorises rows of the attempt, and puts those that may leave into its file.
    pub async fn authorise(
        &self,
        part: Uuid,
        attempt: i32,
        rows: &[(Uuid, i32)],
    ) -> Result<Vec<JudgedRow>, tonic::Status> {
        let asked = rows.iter().map(|(report, revision)| DisclosureRow {
            month_report_id: report.to_string(),
            revision: *revision,
        });
        let export = &self.export;
        let request = AuthoriseDisclosureRequest {
            part_id: part.to_string(),
            attempt,
            recipient: Recipient::Esf.into(),
            rows: asked.collect(),
        };
        let answer = export
            .disclosures()
            .authorise_disclosure(export.request(request))
            .await;
        let judged = answer?.into_inner().rows;
        let mut files = self.files.lock().unwrap();
        let file = files.entry((part, attempt)).or_default();
        for ((report, revision), row) in rows.iter().zip(&judged) {
            if row.refusal() == DisclosureRefusal::Unspecified {
                file.insert(*report, *revision);
            } else {
                file.remove(report);
            }
        }
        Ok(judged)
    }

    /// Begins with the file of the attempt.
    pub async fn begin(&self, part: Uuid, attempt: i32) -> Result<BeginSendingResponse, tonic::Status> {
        let file = self.files.lock().unwrap().get(&(part, attempt)).cloned();
        let rows: Vec<_> = file.unwrap_or_default().into_iter().collect();
        self.begin_with(part, attempt, &rows).await
    }

    /// Begins with a file of these rows, which rise by id.
    pub async fn begin_with(
        &self,
        part: Uuid,
        attempt: i32,
        rows: &[(Uuid, i32)],
    ) -> Result<BeginSendingResponse, tonic::Status> {
        let mut lines = String::new();
        for (report, revision) in rows {
            lines.extend([&report.to_string(), ":", &revision.to_string(), "\n"]);
        }
        let export = &self.export;
        let request = BeginSendingRequest {
            part_id: part.to_string(),
            attempt,
            sealed_hash: SEALED.to_vec().into(),
            rows_hash: sha256(lines.as_bytes()).to_vec().into(),
        };
        let answer = export.disclosures().begin_sending(export.request(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    pub async fn end(&self, part: Uuid, attempt: i32, outcome: SendingOutcome) -> Result<(), tonic::Status> {
        let export = &self.export;
        let request = EndSendingRequest {
            part_id: part.to_string(),
            attempt,
            outcome: outcome.into(),
        };
        let answer = export.disclosures().end_sending(export.request(request)).await;
        answer.map(drop)
    }

    /// Authorises and begins the world's month in a new part, which must go.
    pub async fn send(&self, part: Uuid) {
        let judged = self.authorise(part, 1, &[(self.report, 1)]).await.unwrap();
        assert_eq!(judged[0].refusal(), DisclosureRefusal::Unspecified);
        let begun = self.begin(part, 1).await.unwrap();
        assert!(begun.valid_until.is_some(), "{begun:?}");
    }

    pub async fn explain(&self, caller: &Caller) -> Result<ExplainRowResponse, tonic::Status> {
        self.explain_for(caller, Recipient::Esf).await
    }

    pub async fn explain_for(
        &self,
        caller: &Caller,
        recipient: Recipient,
    ) -> Result<ExplainRowResponse, tonic::Status> {
        let request = ExplainRowRequest {
            placement_id: self.placement.to_string(),
            month: Some(MONTH),
            recipient: recipient.into(),
        };
        let answer = caller.explain().explain_row(caller.request(request)).await;
        answer.map(tonic::Response::into_inner)
    }
}

pub fn fresh_id() -> String {
    fresh_uuid().to_string()
}

pub fn fresh_uuid() -> Uuid {
    platform::ids::new_uuid(
        &platform::clock::SystemClock::new(),
        &platform::clock::SystemEntropy,
    )
}

fn account(
    (account, person): (Uuid, Uuid),
    organisation: Uuid,
    kind: staff::OrganisationKind,
    permission: Permission,
    unit: Option<Uuid>,
) -> staff::AccountState {
    let validity = Validity {
        from: Some(Day {
            year: 2026,
            month: 1,
            day: 1,
        }),
        to: None,
    };
    staff::AccountState {
        account_id: account.to_string(),
        person_id: person.to_string(),
        organisation_id: organisation.to_string(),
        organisation_kind: kind.into(),
        active: true,
        grants: vec![staff::Grant {
            permission: permission.into(),
            validity: Some(validity),
        }],
        scope: unit
            .into_iter()
            .map(|unit| staff::GrantScope {
                unit_id: unit.to_string(),
                all_offices: true,
                office_ids: Vec::new(),
            })
            .collect(),
    }
}
