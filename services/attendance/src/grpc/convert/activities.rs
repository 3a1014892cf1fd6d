//! Activities of the catalogue.

use platform::grpc::convert::{self, to_validity};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use super::malformed;
use crate::domain::activity::{Activity, ActivityCode, ActivityName};
use crate::domain::validity::Validity;
use crate::store::activities::StoredActivity;

const LONGEST_NAME: usize = 60;

/// An activity for the wire.
pub fn activity(stored: &StoredActivity) -> pb::Activity {
    let activity = &stored.activity;
    pb::Activity {
        activity_code: activity.code.to_string(),
        validity: Some(to_validity(convert::Validity {
            from: activity.validity.from(),
            to: activity.validity.to(),
        })),
        name_sv: activity.name_sv.as_str().to_owned(),
        name_en: activity.name_en.as_str().to_owned(),
        always: activity.always,
        only_under_newer_plan: activity.only_under_newer_plan,
        etag: convert::etag(stored.revision),
    }
}

/// An activity from the wire.
pub fn activity_of(request: &pb::UpsertActivityRequest) -> Result<Activity, Rejection> {
    let mut fields = Fields::default();
    let Some(asked) = fields.check(convert::required("activity", request.activity.clone())) else {
        return Err(fields.reject());
    };
    let code = fields.check(code("activity.activity_code", &asked.activity_code));
    let validity = fields.check(validity(&asked));
    let name_sv = fields.check(name("activity.name_sv", &asked.name_sv));
    let name_en = fields.check(name("activity.name_en", &asked.name_en));
    let (Some(code), Some(validity), Some(name_sv), Some(name_en)) = (code, validity, name_sv, name_en)
    else {
        return Err(fields.reject());
    };
    Ok(Activity {
        code,
        validity,
        name_sv,
        name_en,
        always: asked.always,
        only_under_newer_plan: asked.only_under_newer_plan,
    })
}

fn validity(asked: &pb::Activity) -> Result<Validity, FieldViolation> {
    let read = convert::validity("activity.validity", asked.validity)?;
    Validity::parse(read.from, read.to)
        .map_err(|_| FieldViolation::new("activity.validity.to", ErrorReason::ValidityReversed))
}

fn code(path: &str, text: &str) -> Result<ActivityCode, FieldViolation> {
    if text.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    ActivityCode::parse(text).map_err(|_| malformed(path))
}

fn name(path: &str, text: &str) -> Result<ActivityName, FieldViolation> {
    let text = convert::text(path, text, LONGEST_NAME)?;
    ActivityName::parse(&text).map_err(|_| malformed(path))
}
