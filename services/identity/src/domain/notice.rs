//! The information notice: which versions were issued, and which of them a person was shown first when. The pages hold
//! the text; a version that was never issued cannot be shown.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::portal::Language;

/// Every version that was issued, by its month. A new text is a new version, added here when the pages have it.
const ISSUED: [&str; 2] = ["2026-11", "2026-12"];

/// A version of the notice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticeVersion(String);

/// A version as somebody was shown it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownNotice {
    /// The version.
    pub version: NoticeVersion,
    /// In which language.
    pub language: Language,
    /// When.
    pub shown_at: Timestamp,
}

/// No such version was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such version of the notice was issued")]
pub struct NeverIssued;

// === impl NoticeVersion ===

impl NoticeVersion {
    /// Reads a version that was issued.
    pub fn parse(text: &str) -> Result<Self, NeverIssued> {
        if ISSUED.contains(&text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NeverIssued)
        }
    }

    /// From the database, where another release may have noted a version that this one does not know.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// === impl ShownNotice ===

impl ShownNotice {
    /// Of all that a person was shown, under whichever id, the first of each version; the one shown last comes first.
    pub fn first_of_each(shown: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut firsts: BTreeMap<NoticeVersion, Self> = BTreeMap::new();
        for notice in shown {
            let first = firsts
                .entry(notice.version.clone())
                .or_insert_with(|| notice.clone());
            if notice.shown_at < first.shown_at {
                *first = notice;
            }
        }
        let mut firsts: Vec<_> = firsts.into_values().collect();
        firsts.sort_by(|one, other| (other.shown_at, &other.version).cmp(&(one.shown_at, &one.version)));
        firsts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(version: &str, seconds: i64) -> ShownNotice {
        ShownNotice {
            version: NoticeVersion::stored(version.to_owned()),
            language: Language::Swedish,
            shown_at: Timestamp::from_second(seconds).unwrap(),
        }
    }

    #[test]
    fn only_versions_that_were_issued_are_taken() {
        for issued in ISSUED {
            assert_eq!(NoticeVersion::parse(issued).unwrap().as_str(), issued);
        }
        for never in ["", "2026-10", "2026-11 ", "2026-11-01", "latest"] {
            assert_eq!(NoticeVersion::parse(never), Err(NeverIssued), "{never}");
        }
    }

    #[test]
    fn the_first_time_of_each_version_counts_and_the_last_one_comes_first() {
        let all = [
            shown("2026-11", 50),
            shown("2027-02", 90),
            shown("2026-11", 20),
            shown("2027-02", 95),
        ];
        assert_eq!(
            ShownNotice::first_of_each(all),
            [shown("2027-02", 90), shown("2026-11", 20)]
        );
        assert_eq!(ShownNotice::first_of_each([]), []);
    }

    proptest! {
        #[test]
        fn the_order_of_what_was_shown_never_matters(
            all in prop::collection::vec((0_usize..4, 0_i64..100), 0..12),
            turned in any::<prop::sample::Index>(),
        ) {
            let versions = ["2026-11", "2027-02", "2027-05", "2028-01"];
            let mut all: Vec<_> = all.into_iter().map(|(version, at)| shown(versions[version], at)).collect();
            let firsts = ShownNotice::first_of_each(all.clone());
            if !all.is_empty() {
                let places = turned.index(all.len());
                all.rotate_left(places);
            }
            prop_assert_eq!(&ShownNotice::first_of_each(all.clone()), &firsts);
            for notice in &all {
                let first = firsts.iter().find(|first| first.version == notice.version);
                prop_assert!(first.is_some_and(|first| first.shown_at <= notice.shown_at));
            }
            prop_assert!(firsts.windows(2).all(|pair| pair[0].shown_at >= pair[1].shown_at));
        }
    }
}
