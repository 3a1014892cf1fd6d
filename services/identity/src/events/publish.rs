//! From an aggregate to its public state, written in the transaction that changed it. No number and no name goes out.

use platform::db::Tx;
use platform::grpc::convert::to_timestamp;
use platform::outbox::{OutboxRecord, append};
use prost::Message as _;
use proto::identity::events::v1 as pb;

use crate::domain::person::Person;
use crate::domain::signature::{Signature, SignatureState};
use crate::error::Result;

/// Topic of persons.
pub const PERSON_TOPIC: &str = "identity.person.v1";
/// Topic of signatures.
pub const SIGNATURE_TOPIC: &str = "identity.signature.v1";

/// `ce_type` of persons.
pub const PERSON_TYPE: &str = "se.deltaga.identity.person.v1";
/// `ce_type` of signatures.
pub const SIGNATURE_TYPE: &str = "se.deltaga.identity.signature.v1";

/// Publishes the state of a person.
pub async fn person(tx: &mut Tx, person: &Person) -> Result<()> {
    append(tx, person_record(person)).await?;
    Ok(())
}

/// Publishes the state of a signature.
pub async fn signature(tx: &mut Tx, signature: &Signature) -> Result<()> {
    append(tx, signature_record(signature)).await?;
    Ok(())
}

/// The record of a person's state.
pub fn person_record(person: &Person) -> OutboxRecord {
    let state = pb::PersonState {
        person_id: person.person_id.to_string(),
        registered_at: Some(to_timestamp(person.registered_at)),
        merged_into: person.merged_into.map(|id| id.to_string()),
    };
    record(
        PERSON_TOPIC,
        PERSON_TYPE,
        person.person_id.to_string(),
        state.encode_to_vec(),
    )
}

/// The record of a signature's state.
pub fn signature_record(signature: &Signature) -> OutboxRecord {
    let (outcome, started_at, signed_at) = match signature.state {
        SignatureState::Prepared => (pb::SignatureOutcome::Prepared, None, None),
        SignatureState::Signed {
            started_at,
            signed_at,
        } => (pb::SignatureOutcome::Signed, Some(started_at), Some(signed_at)),
    };
    let state = pb::SignatureState {
        signature_id: signature.signature_id.to_string(),
        context: signature.context.clone(),
        kind: signature.kind.as_str().to_owned(),
        document_id: signature.document_id.to_string(),
        document_hash: signature.document_hash.0.to_vec().into(),
        person_id: signature.person_id.to_string(),
        outcome: outcome.into(),
        started_at: started_at.map(to_timestamp),
        signed_at: signed_at.map(to_timestamp),
    };
    record(
        SIGNATURE_TOPIC,
        SIGNATURE_TYPE,
        signature.signature_id.to_string(),
        state.encode_to_vec(),
    )
}

fn record(topic: &'static str, record_type: &'static str, key: String, payload: Vec<u8>) -> OutboxRecord {
    OutboxRecord {
        topic,
        key,
        record_type,
        payload: Some(payload),
        partition: None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{PersonId, SignatureId, SubjectId};
    use crate::domain::signature::{DocumentHash, DocumentKind};

    // Bytes of the released form. A change here is a change of what others read.
    const PERSON: &str = "0a2430303030303030302d303030302d303030302d303030302d303030303030303030303031120608808795cd\
        061a2430303030303030302d303030302d303030302d303030302d303030303030303030303032";
    const SIGNATURE: &str = "0a2430303030303030302d303030302d303030302d303030302d303030303030303030303031120a617474656e\
        64616e63651a0c6d6f6e74685f7265706f7274222430303030303030302d303030302d303030302d303030302d\
        3030303030303030303030322a2003030303030303030303030303030303030303030303030303030303030303\
        03322430303030303030302d303030302d303030302d303030302d303030303030303030303034380242060880\
        8795cd064a0608808795cd06";

    fn bytes(record: OutboxRecord) -> String {
        hex::encode(record.payload.unwrap())
    }

    #[test]
    fn a_persons_record_keeps_its_form() {
        let person = Person {
            person_id: PersonId::from_uuid(Uuid::from_u128(1)),
            registered_at: "2026-03-02T08:00:00Z".parse().unwrap(),
            merged_into: Some(PersonId::from_uuid(Uuid::from_u128(2))),
        };
        assert_eq!(bytes(person_record(&person)), PERSON);
    }

    #[test]
    fn a_signatures_record_keeps_its_form() {
        let at = "2026-03-02T08:00:00Z".parse().unwrap();
        let signature = Signature {
            signature_id: SignatureId::from_uuid(Uuid::from_u128(1)),
            context: "attendance".to_owned(),
            kind: DocumentKind::parse("month_report").unwrap(),
            document_id: SubjectId::from_uuid(Uuid::from_u128(2)),
            document_hash: DocumentHash([3; 32]),
            person_id: PersonId::from_uuid(Uuid::from_u128(4)),
            state: SignatureState::Signed {
                started_at: at,
                signed_at: at,
            },
        };
        assert_eq!(bytes(signature_record(&signature)), SIGNATURE);
    }
}
