//! Signatures over documents of other contexts: what is registered, what one order shows and hides, and when a document
//! counts as signed.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::ids::{PersonId, SignatureId, SubjectId};

/// At most so many documents go into one order.
pub const MOST_DOCUMENTS: usize = 5;
/// What the app shows in one order: BankID takes 40,000 characters of base64.
pub const LONGEST_VISIBLE: usize = 30_000;

const LONGEST_KIND: usize = 40;

/// A document that somebody shall sign or has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Id, chosen by the context.
    pub signature_id: SignatureId,
    /// The context that asked: a service.
    pub context: String,
    /// Kind of document.
    pub kind: DocumentKind,
    /// Id of the document in its context.
    pub document_id: SubjectId,
    /// SHA-256 of its canonical bytes.
    pub document_hash: DocumentHash,
    /// Who is to sign.
    pub person_id: PersonId,
    /// How far it has come.
    pub state: SignatureState,
}

/// How far a signature has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// Can be started, also after an order that failed.
    Prepared,
    /// Signed and verified.
    Signed {
        /// When the completed order began.
        started_at: Timestamp,
        /// When BankID completed it.
        signed_at: Timestamp,
    },
}

/// Kind of document: lower-case letters and underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentKind(String);

/// SHA-256 of a document's canonical bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentHash(pub [u8; 32]);

/// Why a text is no kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind of document has 1 to 40 lower-case letters and underscores")]
pub struct NotAKind;

/// What one order shows and hides.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderContent {
    /// Shown in the app.
    pub visible: String,
    /// Signed along: which documents, by id, kind and hash.
    pub hidden: String,
}

/// The order's text is longer than BankID takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the texts of the order are too long together")]
pub struct TextsTooLong;

impl DocumentKind {
    /// Reads a kind.
    pub fn parse(text: &str) -> Result<Self, NotAKind> {
        let fits = (1..=LONGEST_KIND).contains(&text.len());
        let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if fits && is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAKind)
        }
    }

    /// The kind.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DocumentHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for DocumentHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DocumentHash({self})")
    }
}

impl Signature {
    /// Whether it can go into an order.
    pub fn is_signed(&self) -> bool {
        match self.state {
            SignatureState::Prepared => false,
            SignatureState::Signed { .. } => true,
        }
    }

    /// Whether the other is the same document for the same signer, however far it has come.
    pub fn has_content_of(&self, other: &Self) -> bool {
        Self {
            state: other.state,
            ..self.clone()
        } == *other
    }
}

impl OrderContent {
    /// The texts under one heading, and the list of documents as canonical JSON: members sorted by name, no spaces, in
    /// the order of the texts. Ids, kinds and hashes need no escaping.
    pub fn compose(heading: &str, documents: &[(Signature, String)]) -> Result<Self, TextsTooLong> {
        let mut visible = heading.to_owned();
        for (_, text) in documents {
            write!(visible, "\n\n{text}").expect("a String takes everything");
        }
        if visible.len() > LONGEST_VISIBLE {
            return Err(TextsTooLong);
        }
        let members: Vec<String> = documents.iter().map(|(signature, _)| member(signature)).collect();
        Ok(Self {
            visible,
            hidden: format!("[{}]", members.join(",")),
        })
    }
}

impl std::fmt::Debug for OrderContent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OrderContent(redacted)")
    }
}

fn member(signature: &Signature) -> String {
    format!(
        r#"{{"hash":"{}","id":"{}","kind":"{}"}}"#,
        signature.document_hash,
        signature.signature_id,
        signature.kind.as_str()
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn signature(id: u128, kind: &str) -> Signature {
        Signature {
            signature_id: SignatureId::from_uuid(Uuid::from_u128(id)),
            context: "attendance".into(),
            kind: DocumentKind::parse(kind).unwrap(),
            document_id: SubjectId::from_uuid(Uuid::from_u128(9)),
            document_hash: DocumentHash([0xab; 32]),
            person_id: PersonId::from_uuid(Uuid::from_u128(8)),
            state: SignatureState::Prepared,
        }
    }

    #[test]
    fn texts_stand_in_order_under_one_heading() {
        let documents = [
            (signature(1, "statement"), "Ett".to_owned()),
            (signature(2, "declaration"), "Två".to_owned()),
        ];
        let content = OrderContent::compose("Du skriver under", &documents).unwrap();
        assert_eq!(content.visible, "Du skriver under\n\nEtt\n\nTvå");
    }

    #[test]
    fn hidden_data_is_canonical_json_of_the_documents() {
        let documents = [
            (signature(1, "statement"), String::new()),
            (signature(2, "declaration"), String::new()),
        ];
        let hidden = OrderContent::compose("", &documents).unwrap().hidden;
        let hash = "ab".repeat(32);
        assert_eq!(
            hidden,
            format!(
                r#"[{{"hash":"{hash}","id":"00000000-0000-0000-0000-000000000001","kind":"statement"}},{{"hash":"{hash}","id":"00000000-0000-0000-0000-000000000002","kind":"declaration"}}]"#
            )
        );
        assert!(
            serde_json::from_str::<serde_json::Value>(&hidden)
                .unwrap()
                .is_array()
        );
    }

    #[test]
    fn texts_too_long_together_are_refused() {
        let half = "å".repeat(LONGEST_VISIBLE / 4);
        let documents = [(signature(1, "a"), half.clone()), (signature(2, "b"), half)];
        assert_eq!(OrderContent::compose("Rubrik", &documents), Err(TextsTooLong));
    }

    #[test]
    fn kinds_are_lower_case_words() {
        for bad in ["", "Month", "månad", "a-b", "a1", &"a".repeat(41)] {
            assert_eq!(DocumentKind::parse(bad), Err(NotAKind), "{bad}");
        }
    }

    #[test]
    fn another_hash_is_another_content() {
        let mut other = signature(1, "statement");
        other.document_hash = DocumentHash([1; 32]);
        assert!(!signature(1, "statement").has_content_of(&other));
    }

    #[test]
    fn being_signed_changes_no_content() {
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        let mut signed = signature(1, "statement");
        signed.state = SignatureState::Signed {
            started_at: now,
            signed_at: now,
        };
        assert!(signature(1, "statement").has_content_of(&signed));
    }
}
