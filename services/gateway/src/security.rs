//! Headers that tell browsers what they must not do with an answer. Everything that is not a page may do nothing.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const OWN_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
                         connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                         form-action 'none'";
const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Adds what every answer has; an answer of the API is kept by nobody.
pub fn harden(headers: &mut HeaderMap) {
    let fixed = HeaderValue::from_static;
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(fixed(NOTHING));
    headers.entry(CACHE_CONTROL).or_insert(fixed("no-store"));
    headers.insert(STRICT_TRANSPORT_SECURITY, fixed(TWO_YEARS));
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(X_FRAME_OPTIONS, fixed("DENY"));
    headers.insert(REFERRER_POLICY, fixed("no-referrer"));
    headers.insert(RESOURCE_POLICY, fixed("same-origin"));
    headers.insert(OPENER_POLICY, fixed("same-origin"));
    headers.insert(
        PERMISSIONS,
        fixed("camera=(), microphone=(), geolocation=(), payment=()"),
    );
}

/// What a page of ours may do: use what comes from the same address.
pub fn allow_page(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(OWN_PAGES));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_by_nobody_and_shown_in_no_frame() {
        let mut headers = HeaderMap::new();
        harden(&mut headers);

        assert_eq!(headers[CACHE_CONTROL], "no-store");
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[test]
    fn a_page_keeps_its_own_policy_and_caching() {
        let mut headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("immutable"))]);
        allow_page(&mut headers);
        harden(&mut headers);

        assert_eq!(headers[CACHE_CONTROL], "immutable");
        assert!(
            headers[CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .contains("script-src 'self';")
        );
    }
}
