//! Compressed copies of a file, which the build lays beside it, and whether a browser takes them.

use std::path::{Path, PathBuf};

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// How a copy is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

// === impl Encoding ===

impl Encoding {
    pub(super) const BEST_FIRST: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What a file is a copy of, if its name says that it is one.
    pub(super) fn of_copy(name: &Path) -> Option<(Self, PathBuf)> {
        let extension = name.extension()?.to_str()?;
        let encoding = Self::BEST_FIRST
            .into_iter()
            .find(|encoding| encoding.extension() == extension)?;
        Some((encoding, name.with_extension("")))
    }

    /// As `Content-Encoding` names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Whether the request names it, and not to refuse it.
    pub(super) fn is_taken_by(self, asked: &HeaderMap) -> bool {
        let values = asked.get_all(ACCEPT_ENCODING).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|part| {
                let mut parameters = part.split(';').map(str::trim);
                let is_named = parameters
                    .next()
                    .is_some_and(|name| name.eq_ignore_ascii_case(self.name()));
                is_named && !parameters.any(is_refusal)
            })
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }
}

fn is_refusal(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="));
    weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn an_encoding_is_taken_by_whoever_names_it_without_refusing() {
        for (header, brotli, gzip) in [
            ("br", true, false),
            ("gzip, deflate, br, zstd", true, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, gzip;q=0.000", false, false),
            ("identity", false, false),
            ("*", false, false),
            ("", false, false),
            ("brotli", false, false),
        ] {
            let asked = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(header))]);
            let taken = Encoding::BEST_FIRST.map(|encoding| encoding.is_taken_by(&asked));
            assert_eq!(taken, [brotli, gzip], "{header}");
        }
    }
}
