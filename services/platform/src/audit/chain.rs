//! What a seal is made of: the digest of a line, the chain over digests, the signature over the chain.

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde_json::Value;
use uuid::Uuid;

use crate::db::Instant;
use crate::keys::{KeyRing, Purpose};

const SIGNING: Purpose = Purpose::new("audit.seal");

/// The form of a line's digest, so that a later one can be told apart.
const FORM: &[u8] = b"deltaga audit line 1";

/// A link of the chain.
pub(super) type Link = [u8; 32];

/// Every column of a line.
pub(super) struct SealedLine {
    pub(super) line_id: i64,
    pub(super) occurred_at: Instant,
    pub(super) actor_kind: String,
    pub(super) actor_id: String,
    pub(super) account_id: Option<Uuid>,
    pub(super) organisation_id: Option<Uuid>,
    pub(super) action: String,
    pub(super) subject_kind: String,
    pub(super) subject_id: String,
    pub(super) purpose: Option<String>,
    pub(super) details: Value,
    pub(super) trace_id: Option<String>,
}

/// Signs links with a key that the ring gives.
pub(super) struct Signer(Ed25519KeyPair);

/// The link after `before` for a batch of lines.
pub(super) fn link(before: &Link, position: i64, lines: &[SealedLine]) -> Link {
    let mut context = Context::new(&SHA256);
    context.update(before);
    context.update(&position.to_be_bytes());
    for line in lines {
        context.update(&line.digest());
    }
    finish(context)
}

/// Whether `signature` is over that link by the holder of `public_key`.
pub(super) fn is_signed(public_key: &[u8], position: i64, link: &Link, signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(&statement(position, link), signature)
        .is_ok()
}

// === impl SealedLine ===

impl SealedLine {
    fn digest(&self) -> Link {
        let mut context = Context::new(&SHA256);
        let line_id = self.line_id.to_be_bytes();
        let occurred_at = self.occurred_at.timestamp().as_microsecond().to_be_bytes();
        let details = self.details.to_string();
        let parts = [
            Some(FORM),
            Some(line_id.as_slice()),
            Some(occurred_at.as_slice()),
            Some(self.actor_kind.as_bytes()),
            Some(self.actor_id.as_bytes()),
            self.account_id.as_ref().map(|id| id.as_bytes().as_slice()),
            self.organisation_id.as_ref().map(|id| id.as_bytes().as_slice()),
            Some(self.action.as_bytes()),
            Some(self.subject_kind.as_bytes()),
            Some(self.subject_id.as_bytes()),
            self.purpose.as_deref().map(str::as_bytes),
            Some(details.as_bytes()),
            self.trace_id.as_deref().map(str::as_bytes),
        ];
        for part in parts {
            // Lengths make the parts unambiguous, and an absent part differs from an empty one.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default());
        }
        finish(context)
    }
}

// === impl Signer ===

impl Signer {
    pub(super) fn new(keys: &KeyRing) -> Self {
        let seed = keys.mac(SIGNING, b"ed25519");
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed"))
    }

    pub(super) fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(super) fn sign(&self, position: i64, link: &Link) -> Vec<u8> {
        self.0.sign(&statement(position, link)).as_ref().to_vec()
    }
}

fn statement(position: i64, link: &Link) -> Vec<u8> {
    [b"deltaga audit seal ".as_slice(), &position.to_be_bytes(), link].concat()
}

fn finish(context: Context) -> Link {
    context
        .finish()
        .as_ref()
        .try_into()
        .expect("SHA-256 has 32 bytes")
}
