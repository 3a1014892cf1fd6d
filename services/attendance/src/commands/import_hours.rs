//! Reads a file of hours into drafts.

use proto::attendance::v1 as pb;
use uuid::Uuid;

use super::{Caller, Commands, Once, Reach};
use crate::error::AttendanceError;

/// What to import and how.
#[derive(Clone, Copy, Debug)]
pub struct ImportHours {
    pub upload: Uuid,
    pub allow_partial: bool,
    pub replace_drafts: bool,
    pub validate_only: bool,
}

type Request = pb::ImportHoursRequest;
type Answer = pb::ImportHoursResponse;

impl Commands {
    pub async fn import_hours(
        &self,
        _caller: &Caller,
        _reach: &Reach,
        _once: Once<'_, Request>,
        _input: ImportHours,
    ) -> Result<Answer, AttendanceError> {
        Err(AttendanceError::NotFound("upload"))
    }
}
