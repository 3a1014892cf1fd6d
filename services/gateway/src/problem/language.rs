//! Swedish or English, as Accept-Language weighs them. Swedish unless English is wanted more.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// A language that people are answered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

impl Language {
    /// The language that a request asks for.
    pub fn asked_by(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        header.map_or(Self::Swedish, Self::weighed)
    }

    /// Whether a locale such as `sv-SE` is of this language.
    pub(super) fn is(self, locale: &str) -> bool {
        let primary = locale.split('-').next().unwrap_or_default();
        primary.eq_ignore_ascii_case(match self {
            Self::Swedish => "sv",
            Self::English => "en",
        })
    }

    fn weighed(header: &str) -> Self {
        let weight = |language: Self| {
            let ranges = header.split(',').map(|range| range.split(';'));
            let weights = ranges.filter_map(|mut range| {
                let is_meant = language.is(range.next()?.trim());
                is_meant.then(|| range.find_map(quality).unwrap_or(1.0))
            });
            weights.fold(0.0_f32, f32::max)
        };
        if weight(Self::English) > weight(Self::Swedish) {
            Self::English
        } else {
            Self::Swedish
        }
    }
}

fn quality(parameter: &str) -> Option<f32> {
    parameter.trim().strip_prefix("q=")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_language_wins_and_swedish_a_tie() {
        for (header, language) in [
            ("en", Language::English),
            ("en-GB,en;q=0.9,sv;q=0.8", Language::English),
            ("sv-SE,sv;q=0.9,en;q=0.8", Language::Swedish),
            ("de, en;q=0.5", Language::English),
            ("de", Language::Swedish),
            ("", Language::Swedish),
            ("en;q=x", Language::English),
            ("en;q=0", Language::Swedish),
        ] {
            assert_eq!(Language::weighed(header), language, "{header}");
        }
    }
}
