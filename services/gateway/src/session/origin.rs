//! Where a browser says that a request comes from. A foreign page cannot forge these headers; whoever sends neither is
//! no browser and has only the CSRF token to show.

use http::HeaderMap;
use http::header::ORIGIN;

const FETCH_SITE: &str = "sec-fetch-site";

/// Whether the request comes from one of our own pages, as far as the headers say.
pub fn is_own(headers: &HeaderMap, allowed: &[String]) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let is_origin_own = origins.all(|origin| allowed.iter().any(|allowed| origin == allowed.as_str()));
    let mut sites = headers.get_all(FETCH_SITE).iter();
    is_origin_own && sites.all(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn judged(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_own(&headers, &["https://deltaga.example".to_owned()])
    }

    #[test]
    fn own_pages_and_what_is_no_browser_may() {
        assert!(judged(&[]));
        assert!(judged(&[("origin", "https://deltaga.example")]));
        assert!(judged(&[
            ("origin", "https://deltaga.example"),
            ("sec-fetch-site", "same-origin")
        ]));
    }

    #[test]
    fn foreign_pages_may_not() {
        for pairs in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "http://deltaga.example")],
            &[("origin", "https://deltaga.example.evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[
                ("origin", "https://deltaga.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[
                ("origin", "https://deltaga.example"),
                ("origin", "https://evil.example"),
            ],
        ] {
            assert!(!judged(pairs), "{pairs:?}");
        }
    }
}
