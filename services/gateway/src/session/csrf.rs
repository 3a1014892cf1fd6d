//! The token that proves that a page of ours makes the call: an HMAC of what the cookie holds, which a foreign page can
//! neither read nor make.

use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use platform::config::ConfigError;

use super::Cookies;

/// The header that it comes and goes in.
pub const HEADER: &str = "deltaga-csrf";

const PURPOSE: &[u8] = b"deltaga csrf 1\0";
const SHORTEST_KEY: usize = 32;

/// Makes and verifies tokens. Clones share the key.
#[derive(Clone)]
pub struct Csrf {
    key: hmac::Key,
}

impl Csrf {
    /// Reads the key's file.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let wrong = |problem: &str| ConfigError::at("csrf.key_file", problem);
        let text = std::fs::read_to_string(file).map_err(|_| wrong("no such file"))?;
        let text = text.trim();
        let bytes = hex::decode(text)
            .ok()
            .or_else(|| BASE64_STANDARD.decode(text).ok());
        let bytes = bytes.filter(|bytes| bytes.len() >= SHORTEST_KEY);
        let bytes = bytes.ok_or_else(|| wrong("not 32 bytes or more in hexadecimal or base64"))?;
        Ok(Self::from_bytes(&bytes))
    }

    /// Takes the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes),
        }
    }

    /// The token of a cookie's value.
    pub fn token(&self, secret: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, &message(secret)))
    }

    /// Whether the token belongs to one of the cookies that came with it.
    pub fn is_of(&self, cookies: &Cookies, token: &str) -> bool {
        let Ok(tag) = BASE64_URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        [&cookies.session, &cookies.flow]
            .into_iter()
            .flatten()
            .any(|secret| hmac::verify(&self.key, &message(secret), &tag).is_ok())
    }
}

impl fmt::Debug for Csrf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Csrf")
    }
}

fn message(secret: &str) -> Vec<u8> {
    [PURPOSE, secret.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(session: &str) -> Cookies {
        Cookies {
            session: Some(session.to_owned()),
            flow: None,
        }
    }

    #[test]
    fn a_token_belongs_to_one_session_and_one_key() {
        let csrf = Csrf::from_bytes(&[1; 32]);
        let token = csrf.token("session-a");

        assert!(csrf.is_of(&cookies("session-a"), &token));
        assert!(!csrf.is_of(&cookies("session-b"), &token));
        assert!(!csrf.is_of(&Cookies::default(), &token));
        assert!(!Csrf::from_bytes(&[2; 32]).is_of(&cookies("session-a"), &token));
    }

    #[test]
    fn what_is_no_token_belongs_to_nobody() {
        let csrf = Csrf::from_bytes(&[1; 32]);
        for token in ["", "a", "åäö", "====", "session-a"] {
            assert!(!csrf.is_of(&cookies("session-a"), token), "{token}");
        }
    }

    #[test]
    fn a_sign_in_under_way_has_its_token_too() {
        let csrf = Csrf::from_bytes(&[1; 32]);
        let both = Cookies {
            session: Some("old".to_owned()),
            flow: Some("flow".to_owned()),
        };

        assert!(csrf.is_of(&both, &csrf.token("flow")));
        assert!(csrf.is_of(&both, &csrf.token("old")));
    }

    #[test]
    fn a_short_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        for (text, is_fine) in [
            ("00".repeat(32), true),
            ("00".repeat(31), false),
            ("key".to_owned(), false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(Csrf::load(&file).is_ok(), is_fine);
        }
    }
}
