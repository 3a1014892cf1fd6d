//! Secrets that a browser or a link holds: 256 random bits as text. The database keeps their hashes only.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::clock::Entropy;
use zeroize::Zeroizing;

const TEXT_LENGTH: usize = 43;

/// A secret text that is compared by its hash.
#[derive(Clone)]
pub struct SecretToken(Zeroizing<String>);

impl SecretToken {
    /// A fresh secret.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(&mut *bytes);
        Self::from_bytes(&bytes)
    }

    /// The secret that stands for these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads what a caller sent. None if it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = text.len() == TEXT_LENGTH && URL_SAFE_NO_PAD.decode(text).is_ok();
        is_ours.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the one answer or message that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref());
        hash
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretToken(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use platform::clock::SeededEntropy;

    use super::*;

    #[test]
    fn a_fresh_secret_reads_back_to_the_same_hash() {
        let secret = SecretToken::draw(&SeededEntropy::new(1));
        assert_eq!(SecretToken::parse(secret.expose()).unwrap().hash(), secret.hash());
    }

    #[test]
    fn two_draws_differ() {
        let entropy = SeededEntropy::new(1);
        assert_ne!(
            SecretToken::draw(&entropy).hash(),
            SecretToken::draw(&entropy).hash()
        );
    }

    #[test]
    fn other_texts_are_not_ours() {
        for text in ["", "abc", &"å".repeat(22), &"=".repeat(43), &"a".repeat(44)] {
            assert!(SecretToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn debug_never_shows_the_secret() {
        let secret = SecretToken::draw(&SeededEntropy::new(1));
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }
}
