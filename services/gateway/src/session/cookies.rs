//! The two cookies. `__Host-` makes the browser refuse them from other hosts, paths and plain connections; Lax lets the
//! return from the BankID app bring them along.

use std::fmt;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use platform::grpc::Rejection;

use crate::problem::Problem;

const SESSION: &str = "__Host-deltaga-session";
const FLOW: &str = "__Host-deltaga-flow";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
const LONGEST: usize = 512;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The reference token of a session.
    Session,
    /// The secret of a sign-in that is under way.
    Flow,
}

/// What a request's cookies hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cookies {
    pub session: Option<String>,
    pub flow: Option<String>,
}

// === impl Cookie ===

impl Cookie {
    fn name(self) -> &'static str {
        match self {
            Self::Session => SESSION,
            Self::Flow => FLOW,
        }
    }

    /// The header that sets it. It ends with the browser; identity ends the session earlier.
    pub fn set(self, value: &str) -> Result<HeaderValue, Problem> {
        if !is_value(value) {
            return Err(Rejection::internal("identity gave a token that no cookie can hold").into());
        }
        let text = format!("{}={value}; {ATTRIBUTES}", self.name());
        let mut header =
            HeaderValue::try_from(text).map_err(|error| Problem::from(Rejection::internal(error)))?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// The header that takes it away.
    pub fn clear(self) -> HeaderValue {
        HeaderValue::try_from(format!("{}=; {ATTRIBUTES}; Max-Age=0", self.name()))
            .expect("names and attributes are fixed text")
    }
}

// === impl Cookies ===

impl Cookies {
    /// Reads the headers. A cookie that comes twice is none: only a tampered browser sends that.
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            session: only(headers, SESSION),
            flow: only(headers, FLOW),
        }
    }

    /// Whether there is one at all.
    pub fn is_empty(&self) -> bool {
        self.session.is_none() && self.flow.is_none()
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cookies")
            .field("session", &self.session.is_some())
            .field("flow", &self.flow.is_some())
            .finish()
    }
}

fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
    let value = values.next().filter(|value| is_value(value))?;
    values.next().is_none().then(|| value.to_owned())
}

fn is_value(value: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte);
    (1..=LONGEST).contains(&value.len()) && value.bytes().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line)));
        lines.collect()
    }

    #[test]
    fn reads_its_own_among_others() {
        let cookies = Cookies::of(&headers(&[
            "a=b; __Host-deltaga-session=abc-_1;c=d",
            "__Host-deltaga-flow=xyz",
        ]));

        assert_eq!(cookies.session.as_deref(), Some("abc-_1"));
        assert_eq!(cookies.flow.as_deref(), Some("xyz"));
    }

    #[test]
    fn what_comes_twice_or_cannot_be_a_token_is_none() {
        for lines in [
            &["__Host-deltaga-session=a; __Host-deltaga-session=b"][..],
            &["__Host-deltaga-session=a", "__Host-deltaga-session=a"],
            &["__Host-deltaga-session="],
            &["__Host-deltaga-session=a b"],
            &["__Host-deltaga-session=a\"b"],
            &["__host-deltaga-session=a"],
            &["deltaga-session=a"],
        ] {
            assert!(Cookies::of(&headers(lines)).is_empty(), "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_other_hosts_and_plain_connections() {
        let header = Cookie::Session.set("abc").unwrap();

        assert_eq!(
            header.to_str().unwrap(),
            "__Host-deltaga-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert!(Cookie::Flow.clear().to_str().unwrap().ends_with("; Max-Age=0"));
    }

    #[test]
    fn no_value_can_add_attributes() {
        for value in ["a; Domain=example", "a\r\nb", "", "å"] {
            assert!(Cookie::Session.set(value).is_err());
        }
    }

    #[test]
    fn values_are_not_shown() {
        let cookies = Cookies::of(&headers(&["__Host-deltaga-session=verysecret"]));

        assert!(!format!("{cookies:?}").contains("verysecret"));
    }
}
