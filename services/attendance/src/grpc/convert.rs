//! Between the contract and the domain. Total in both directions: what cannot be read is a violation with its path, and
//! every domain value has its message.

mod activities;
mod hours;
mod months;
mod own;
mod requests;

use platform::grpc::FieldViolation;
use proto::errors::v1::ErrorReason;

pub use activities::{activity, activity_of};
pub use hours::hours_report;
pub use months::{draft_saved, etag, month_view, remark, submitted, summary};
pub use own::{approval, own_approval, own_month, own_revision, own_summary};
pub use requests::{
    get_own_revision, import_hours, month, number, prepare_approval, save_draft, set_row_remark, submit_month,
};

fn malformed(path: &str) -> FieldViolation {
    FieldViolation::new(path, ErrorReason::FieldMalformed)
}
