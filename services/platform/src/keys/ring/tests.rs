//! What needs no database.

use super::*;
use crate::clock::SeededEntropy;

const NUMBER: Purpose = Purpose::new("test.number");
const OTHER: Purpose = Purpose::new("test.other");

fn ring() -> KeyRing {
    let entropy: SharedEntropy = Arc::new(SeededEntropy::new(1));
    let epoch = |id| EpochKey {
        key_id: Uuid::from_u128(id),
        cipher: cipher(&random_key(&*entropy)),
    };
    let sealing = BTreeMap::from([(1, epoch(1)), (2, epoch(2))]);
    let lookup = LookupRoot::new(&random_key(&*entropy));
    KeyRing {
        keys: Arc::new(Keys { sealing, lookup }),
        entropy,
    }
}

#[test]
fn sealed_content_opens_only_for_its_purpose_and_binding() {
    let ring = ring();
    let sealed = ring.seal(NUMBER, b"row 1", b"content");

    assert_eq!(
        ring.unseal(NUMBER, b"row 1", &sealed).unwrap().as_slice(),
        b"content"
    );
    assert!(matches!(
        ring.unseal(OTHER, b"row 1", &sealed),
        Err(KeyError::Refused(_))
    ));
    assert!(matches!(
        ring.unseal(NUMBER, b"row 2", &sealed),
        Err(KeyError::Refused(_))
    ));
}

#[test]
fn changed_content_does_not_open() {
    let ring = ring();
    let mut sealed = ring.seal(NUMBER, b"", b"content");
    sealed.ciphertext[0] ^= 1;

    assert!(matches!(
        ring.unseal(NUMBER, b"", &sealed),
        Err(KeyError::Refused(_))
    ));
}

#[test]
fn the_newest_epoch_seals_and_older_ones_open() {
    let ring = ring();
    let old = Keys {
        sealing: BTreeMap::from([(
            1,
            EpochKey {
                key_id: Uuid::from_u128(1),
                cipher: old_cipher(&ring),
            },
        )]),
        lookup: LookupRoot::new(&Zeroizing::new([0; KEY_LENGTH])),
    };
    let before = KeyRing {
        keys: Arc::new(old),
        entropy: ring.entropy.clone(),
    }
    .seal(NUMBER, b"", b"old");

    assert_eq!(ring.seal(NUMBER, b"", b"new").version, 2);
    assert_eq!(ring.unseal(NUMBER, b"", &before).unwrap().as_slice(), b"old");
}

#[test]
fn an_aggregates_key_opens_what_it_sealed_and_nothing_of_another() {
    let ring = ring();
    let (stored, key) = ring.create_key(Uuid::from_u128(7));
    let (_, other) = ring.create_key(Uuid::from_u128(8));
    let sealed = key.seal(NUMBER, b"", b"content");

    let reopened = ring.open_key(&stored).unwrap();

    assert_eq!(
        reopened.open(NUMBER, b"", &sealed).unwrap().as_slice(),
        b"content"
    );
    assert!(matches!(
        other.open(NUMBER, b"", &sealed),
        Err(KeyError::UnknownKey { .. })
    ));
}

#[test]
fn a_hash_is_equal_for_equal_bytes_and_differs_by_purpose() {
    let ring = ring();

    assert_eq!(ring.mac(NUMBER, b"1"), ring.mac(NUMBER, b"1"));
    assert_ne!(ring.mac(NUMBER, b"1"), ring.mac(NUMBER, b"2"));
    assert_ne!(ring.mac(NUMBER, b"1"), ring.mac(OTHER, b"1"));
}

/// The cipher of epoch 1, drawn again from the same seed.
fn old_cipher(_: &KeyRing) -> LessSafeKey {
    cipher(&random_key(&SeededEntropy::new(1)))
}
