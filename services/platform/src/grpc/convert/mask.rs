//! Field masks of updates: which of the fields that may change shall change.

use proto::errors::v1::ErrorReason;

use crate::grpc::FieldViolation;

const ALL: &str = "*";

/// The paths to change, out of `allowed`. An absent or empty mask and `*` mean all of them; a path that is not allowed is
/// refused, so that a misspelt one does not pass for "unchanged".
pub fn mask(
    path: &str,
    mask: Option<&prost_types::FieldMask>,
    allowed: &[&'static str],
) -> Result<Vec<&'static str>, FieldViolation> {
    let paths = mask.map(|mask| mask.paths.as_slice()).unwrap_or_default();
    if paths.is_empty() || paths == [ALL] {
        return Ok(allowed.to_vec());
    }
    let unknown =
        |index| FieldViolation::new(format!("{path}.paths[{index}]"), ErrorReason::FieldMaskInvalid);
    paths
        .iter()
        .enumerate()
        .map(|(index, wanted)| {
            allowed
                .iter()
                .find(|path| *path == wanted)
                .copied()
                .ok_or_else(|| unknown(index))
        })
        .collect()
}
