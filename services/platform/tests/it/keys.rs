//! The ring in its table.

use platform::keys::{KeyEncryptionKey, KeyError, KeyRing, Purpose};

use crate::stand::Stand;

const PURPOSE: Purpose = Purpose::new("test.purpose");

#[tokio::test]
async fn a_ring_opens_again_with_the_same_keys() {
    let stand = Stand::new().await;
    let before = stand.keys().await;
    let sealed = before.seal(PURPOSE, b"row", b"content");

    let after = stand.keys().await;

    assert_eq!(
        after.unseal(PURPOSE, b"row", &sealed).unwrap().as_slice(),
        b"content"
    );
    assert_eq!(after.mac(PURPOSE, b"content"), before.mac(PURPOSE, b"content"));
}

#[tokio::test]
async fn replicas_that_start_together_make_one_ring() {
    let stand = Stand::new().await;

    let (one, other) = tokio::join!(stand.keys(), stand.keys());

    let sealed = one.seal(PURPOSE, b"", b"content");
    assert_eq!(
        other.unseal(PURPOSE, b"", &sealed).unwrap().as_slice(),
        b"content"
    );
}

#[tokio::test]
async fn another_key_encryption_key_is_named_and_refused() {
    let stand = Stand::new().await;
    stand.keys().await;
    let other = KeyEncryptionKey::from_bytes([8; 32]);

    let refused = KeyRing::open(&stand.database, &other, stand.entropy.clone()).await;

    let Err(KeyError::WrongKeyFile { found, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(found, other.fingerprint());
}

#[tokio::test]
async fn no_key_lies_in_the_database_as_it_is() {
    let stand = Stand::new().await;
    let ring = stand.keys().await;
    let (stored, key) = ring.create_key(stand.database.new_id());
    let sealed = key.seal(PURPOSE, b"", b"content");

    let rows: Vec<Vec<u8>> = sqlx::query_scalar("select wrapped from platform.ring_keys")
        .fetch_all(stand.database.pool())
        .await
        .unwrap();

    assert_eq!(rows.len(), 2);
    assert_eq!(
        ring.open_key(&stored)
            .unwrap()
            .open(PURPOSE, b"", &sealed)
            .unwrap()
            .as_slice(),
        b"content"
    );
}
