//! The rows of a file as one hash, so that what is sent can be told from what was authorised. Export hashes what it wrote
//! into the file in the same way; the vector below is in its tests too.

use std::fmt::Write as _;

use super::ids::MonthReportId;
use super::sending::SendingError;
use super::text::{Hash, sha256};

/// SHA-256 over `<report id>:<revision>` and LF of each row, rising by id. The order in which they are given is not part
/// of it.
pub fn rows_hash(rows: impl IntoIterator<Item = (MonthReportId, i32)>) -> Hash {
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_unstable();
    let mut lines = String::new();
    for (report, revision) in rows {
        writeln!(lines, "{report}:{revision}").expect("writing to a string cannot fail");
    }
    sha256(lines.as_bytes())
}

/// Whether what is in the file, also of an attempt that began before, is what was authorised for the attempt.
pub fn check_rows(
    authorised: impl ExactSizeIterator<Item = (MonthReportId, i32)>,
    attempt: i32,
    in_file: &Hash,
) -> Result<(), SendingError> {
    if authorised.len() == 0 {
        return Err(SendingError::Empty { attempt });
    }
    if rows_hash(authorised) == *in_file {
        Ok(())
    } else {
        Err(SendingError::RowsDiffer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const FIRST: &str = "0190aaaa-0000-7000-8000-000000000001";
    const SECOND: &str = "0190aaaa-0000-7000-8000-000000000002";

    fn hash_of(rows: &[(&str, i32)]) -> String {
        let parsed = rows
            .iter()
            .map(|(report, revision)| (MonthReportId::parse(report).unwrap(), *revision));
        hex::encode(rows_hash(parsed))
    }

    #[test]
    fn rows_have_the_hash_that_export_sends() {
        let agreed = "cd34c7fc9b61dcc3c64999de0054654a80b212655c6358d1a02510a6b69fb2c8";
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (rows, expected) in [
            (&[(FIRST, 1), (SECOND, 3)][..], agreed),
            (&[(SECOND, 3), (FIRST, 1)], agreed),
            (&[], nothing),
        ] {
            assert_eq!(hash_of(rows), expected);
        }
    }

    #[test]
    fn a_row_more_or_less_and_another_revision_are_other_rows() {
        let agreed = hash_of(&[(FIRST, 1), (SECOND, 3)]);
        for other in [
            &[(FIRST, 1)][..],
            &[(SECOND, 3)],
            &[(FIRST, 3), (SECOND, 1)],
            &[(FIRST, 1), (SECOND, 31)],
            &[
                (FIRST, 1),
                (SECOND, 3),
                ("0190aaaa-0000-7000-8000-000000000003", 1),
            ],
        ] {
            assert_ne!(hash_of(other), agreed, "{other:?}");
        }
    }

    #[test]
    fn an_attempt_goes_on_with_the_rows_that_were_authorised_and_no_others() {
        let row = (MonthReportId::parse(FIRST).unwrap(), 1);
        let check = |rows: Vec<_>, in_file| check_rows(rows.into_iter(), 2, &in_file);
        assert_eq!(check(vec![row], rows_hash([row])), Ok(()));
        assert_eq!(check(vec![row], rows_hash([])), Err(SendingError::RowsDiffer));
        assert_eq!(
            check(Vec::new(), rows_hash([])),
            Err(SendingError::Empty { attempt: 2 })
        );
    }

    proptest! {
        #[test]
        fn the_same_rows_alone_have_the_same_hash(
            some in prop::collection::btree_map(0..6_u128, 1..4_i32, 0..5),
            others in prop::collection::btree_map(0..6_u128, 1..4_i32, 0..5),
        ) {
            let hash = |rows: &std::collections::BTreeMap<u128, i32>| {
                let row = |(id, revision): (&u128, &i32)| (MonthReportId::from_uuid(Uuid::from_u128(*id)), *revision);
                rows_hash(rows.iter().rev().map(row))
            };
            prop_assert_eq!(hash(&some) == hash(&others), some == others);
        }
    }
}
