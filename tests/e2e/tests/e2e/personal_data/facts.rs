//! Words that tell something about somebody's health, each found nowhere else: as an activity that may be reported, in a
//! decision, and written by people where no text belongs.

use anyhow::{Context as _, Result, ensure};
use e2e::scan::Sought;
use journey::job::Job;
use journey::{AgencyClient, SupplierSystem, connect};
use proto::attendance::v1::catalogue_service_client::CatalogueServiceClient;
use proto::attendance::v1::{
    Activity, MonthEntry, SaveMonthDraftRequest, SaveMonthDraftResponse, UpsertActivityRequest,
};
use proto::participants::v1::decision_service_client::DecisionServiceClient;
use proto::participants::v1::{Decision, DecisionReport, DecisionResult, ImportDecisionsRequest};
use proto::types::v1::{Day, Validity};
use serde_json::Value;

use super::month::{self, case};

/// The code of an activity that the participant took part in.
pub const ACTIVITY: &str = "KANARIEREHAB";
const ACTIVITY_SV: &str = "Blåfågelrehabilitering";
const ACTIVITY_EN: &str = "Bluebirdrehab";
/// The topic of the catalogue, which tells of the activity and of nobody who takes part.
pub const CATALOGUE: &str = "attendance.activity.v1";

/// Whom to turn to at the agency, which says why.
const CASEWORKER: &str = "Sjukgrönfinksenheten";
/// A column that no file has,
const COLUMN: &str = "frånvaroorsaksfink";
/// and what stands in it.
const REASON: &str = "Vintersjukdomstrast";
/// In the place of an activity's code,
const ABSENCE: &str = "SJUKFRANVARODUVA";
/// of a day,
const REMARK: &str = "vabsparv";
/// of a case,
const NOTE: &str = "SJUKSKRIVENSKATA";
/// and of a code in a draft.
const DRAFTED: &str = "MIGRANKRAKA";

/// All of them.
pub const ALL: [&str; 10] = [
    ACTIVITY,
    ACTIVITY_SV,
    ACTIVITY_EN,
    CASEWORKER,
    COLUMN,
    REASON,
    ABSENCE,
    REMARK,
    NOTE,
    DRAFTED,
];

/// Whether it is what the catalogue tells everybody, as long as it is told of nobody.
pub fn is_of_catalogue(sought: Sought) -> bool {
    [ACTIVITY, ACTIVITY_SV, ACTIVITY_EN]
        .map(Sought::Fact)
        .contains(&sought)
}

/// The agency adds the activity to the catalogue.
pub async fn add_an_activity(system: &AgencyClient) -> Result<()> {
    let activity = Activity {
        activity_code: ACTIVITY.to_owned(),
        validity: Some(Validity {
            from: Some(Day {
                year: 2020,
                month: 1,
                day: 1,
            }),
            to: None,
        }),
        name_sv: ACTIVITY_SV.to_owned(),
        name_en: ACTIVITY_EN.to_owned(),
        always: true,
        ..Activity::default()
    };
    let request = UpsertActivityRequest {
        activity: Some(activity),
    };
    CatalogueServiceClient::new(system.attendance.clone())
        .upsert_activity(system.ask(request))
        .await?;
    Ok(())
}

/// The agency decides anew: the participant has another caseworker.
/// Gives the placement.
pub async fn tell_of_the_participant(job: &Job<'_>, system: &AgencyClient) -> Result<String> {
    let reference = case().reference(&job.month_name());
    let told = std::fs::read_to_string(job.folder.join("decisions.ndjson"))?;
    let told = told.lines().map(serde_json::from_str::<Value>);
    let mut decisions = told.collect::<serde_json::Result<Vec<_>>>()?;
    decisions
        .retain(|decision| decision["caseReference"] == *reference && decision.get("newPlacement").is_some());
    ensure!(decisions.len() == 1, "the decision of the participant");
    let mut decision = decisions.remove(0);
    let mut assignment = decision["newPlacement"].take();
    assignment["caseworker"] = serde_json::json!({ "function": CASEWORKER });
    let decision = serde_json::json!({
        "decisionId": format!("{reference}-9"),
        "caseReference": reference,
        "sequence": "9",
        "changed": assignment,
    });
    let decision: Decision =
        connect::message_from_json("deltaga.participants.v1.Decision", &decision.to_string())?;
    let request = ImportDecisionsRequest {
        decisions: vec![decision],
    };
    let answer = DecisionServiceClient::new(system.participants.clone())
        .import_decisions(system.ask(request))
        .await?
        .into_inner();
    let results: Vec<_> = answer.rows.iter().map(DecisionReport::result).collect();
    ensure!(
        results == [DecisionResult::Changed],
        "the decision was {results:?}"
    );
    let placement_id = answer.rows.into_iter().next().and_then(|row| row.placement_id);
    placement_id.context("a placement")
}

/// The provider's system and staff write them into files and drafts: each is refused.
pub async fn write_where_none_belong(
    job: &Job<'_>,
    system: &SupplierSystem,
    placement_id: &str,
) -> Result<()> {
    let reference = case().reference(&job.month_name());
    let day = job.first_day();
    let files = [
        format!(
            "case_reference,day,activity_code,minutes,{COLUMN}\n{reference},{day},VAGLEDNING,60,{REASON}\n"
        ),
        format!("case_reference,day,activity_code,minutes\n{reference},{day},{ABSENCE},60\n"),
        format!("case_reference,day,activity_code,minutes\n{reference},{REMARK},VAGLEDNING,60\n"),
        format!("case_reference,day,activity_code,minutes\n{NOTE},{day},VAGLEDNING,60\n"),
        format!("case_reference,day,activity_code,minutes\n{reference},{day},VAGLEDNING,60,{REASON}\n"),
    ];
    for file in files {
        let imported = month::import(system, &file).await;
        let is_refused = imported.as_ref().map_or(true, |answer| !answer.imported);
        ensure!(is_refused, "a file with such words was taken: {file}");
    }
    let entry = MonthEntry {
        day: Some(Day {
            year: day.year().into(),
            month: day.month().into(),
            day: day.day().into(),
        }),
        activity_code: DRAFTED.to_owned(),
        minutes: 60,
    };
    let request = SaveMonthDraftRequest {
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
        etag: month::etag(job, system, placement_id).await?,
        entries: vec![entry],
        validate_only: false,
    };
    let saved: Result<SaveMonthDraftResponse> = system
        .call("deltaga.attendance.v1.MonthService/SaveMonthDraft", &request)
        .await;
    ensure!(saved.is_err(), "a draft with such a word was taken");
    Ok(())
}
