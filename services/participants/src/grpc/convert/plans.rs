//! Joint plans, both ways.

use jiff::civil::Date;
use platform::grpc::convert::{Validity, day, known, to_day, to_timestamp, to_validity, validity};
use platform::grpc::{FieldViolation, Fields};
use proto::errors::v1::ErrorReason;
use proto::participants::v1 as pb;

use crate::domain::plan::{
    Activity, ActivityCode, DraftActivity, DraftPlan, MOST_ACTIVITIES, Plan, PlanningForm,
};
use crate::store::plans::{Draft, SentPlan};

/// Reads a draft, which may be incomplete but not malformed.
pub fn draft_plan(path: &str, told: Option<&pb::JointPlan>, fields: &mut Fields) -> Option<DraftPlan> {
    let at = |field: &str| format!("{path}.{field}");
    let told = fields.check(platform::grpc::convert::required(path, told))?;
    let made_on = fields.check(optional_day(&at("made_on"), told.made_on));
    let form = fields.check(form(&at("made_by"), told.made_by));
    let in_force_from = fields.check(optional_day(&at("in_force_from"), told.in_force_from));
    if told.activities.len() > MOST_ACTIVITIES {
        let violation = FieldViolation::new(at("activities"), ErrorReason::FieldTooLong);
        fields.add(violation.with("limit", MOST_ACTIVITIES));
        return None;
    }
    let activities = told.activities.iter().enumerate();
    let activities: Vec<Option<DraftActivity>> = activities
        .map(|(index, told)| fields.check(activity(&format!("{path}.activities[{index}]"), told)))
        .collect();
    Some(DraftPlan {
        made_on: made_on?,
        form: form?,
        activities: activities.into_iter().collect::<Option<_>>()?,
        in_force_from: in_force_from?,
    })
}

pub fn draft(draft: &Draft) -> pb::JointPlanDraft {
    let plan = &draft.plan;
    let activity = |it: &DraftActivity| pb::PlanActivity {
        activity_code: it.code.as_str().to_owned(),
        validity: Some(to_validity(Validity {
            from: it.from,
            to: it.to,
        })),
    };
    pb::JointPlanDraft {
        plan: Some(pb::JointPlan {
            made_on: plan.made_on.map(to_day),
            made_by: plan.form.map_or(pb::PlanningForm::Unspecified, to_form).into(),
            activities: plan.activities.iter().map(activity).collect(),
            in_force_from: plan.in_force_from.map(to_day),
        }),
        etag: draft.etag.to_string(),
        saved_at: Some(to_timestamp(draft.saved_at)),
    }
}

pub fn sent_plan(sent: &SentPlan) -> pb::SentJointPlan {
    pb::SentJointPlan {
        document_id: sent.id.to_string(),
        placement_id: sent.placement.to_string(),
        version: sent.version,
        plan: Some(joint_plan(&sent.plan)),
        sent_at: Some(to_timestamp(sent.sent_at)),
        sent_by_account_id: sent.sent_by.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn joint_plan(plan: &Plan) -> pb::JointPlan {
    let activity = |it: &Activity| pb::PlanActivity {
        activity_code: it.code.as_str().to_owned(),
        validity: Some(to_validity(Validity {
            from: it.days.first(),
            to: Some(it.days.last()),
        })),
    };
    pb::JointPlan {
        made_on: Some(to_day(plan.made_on)),
        made_by: to_form(plan.form).into(),
        activities: plan.activities.iter().map(activity).collect(),
        in_force_from: Some(to_day(plan.in_force_from)),
    }
}

fn activity(path: &str, told: &pb::PlanActivity) -> Result<DraftActivity, FieldViolation> {
    let code_path = format!("{path}.activity_code");
    if told.activity_code.is_empty() {
        return Err(FieldViolation::new(code_path, ErrorReason::FieldRequired));
    }
    let code = ActivityCode::parse(&told.activity_code)
        .map_err(|_| FieldViolation::new(code_path, ErrorReason::FieldMalformed))?;
    let days = validity(&format!("{path}.validity"), told.validity)?;
    Ok(DraftActivity {
        code,
        from: days.from,
        to: days.to,
    })
}

fn optional_day(path: &str, told: Option<proto::types::v1::Day>) -> Result<Option<Date>, FieldViolation> {
    told.map(|told| day(path, Some(told))).transpose()
}

fn form(path: &str, told: i32) -> Result<Option<PlanningForm>, FieldViolation> {
    if told == 0 {
        return Ok(None);
    }
    let told: pb::PlanningForm = known(path, told)?;
    Ok(match told {
        pb::PlanningForm::Unspecified => None,
        pb::PlanningForm::Meeting => Some(PlanningForm::Meeting),
        pb::PlanningForm::Phone => Some(PlanningForm::Phone),
        pb::PlanningForm::Video => Some(PlanningForm::Video),
    })
}

const fn to_form(form: PlanningForm) -> pb::PlanningForm {
    match form {
        PlanningForm::Meeting => pb::PlanningForm::Meeting,
        PlanningForm::Phone => pb::PlanningForm::Phone,
        PlanningForm::Video => pb::PlanningForm::Video,
    }
}
