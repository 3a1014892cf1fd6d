//! The seal: an age file for exactly one public key.

use std::io::Read as _;

use super::Row;

const STANZA: &[u8] = b"-> ";
/// Ends the type of stanzas that carry no key: age mixes one in, so that readers stay tolerant.
const GREASE: &[u8] = b"-grease";
const RECIPIENT: &[u8] = b"-> X25519 ";
const END_OF_HEADER: &[u8] = b"---";

/// The content, if the file has one recipient, is whole, and is sealed to this key.
pub fn open(sealed: &[u8], key: &age::x25519::Identity) -> Option<Vec<u8>> {
    if !has_one_recipient(sealed) {
        return None;
    }
    age::decrypt(key, sealed).ok()
}

/// The rows that somebody with the key could read of these bytes, whole or cut: what has been disclosed by them.
pub fn readable(sealed: &[u8], key: &age::x25519::Identity) -> Vec<Row> {
    let content = prefix(sealed, key);
    content
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect()
}

fn prefix(sealed: &[u8], key: &age::x25519::Identity) -> Vec<u8> {
    let mut content = Vec::new();
    let opened = age::Decryptor::new_buffered(sealed)
        .and_then(|file| file.decrypt(std::iter::once(key as &dyn age::Identity)));
    if let Ok(mut reader) = opened {
        // A cut file ends in an error; what came before it has been read.
        let _cut = reader.read_to_end(&mut content);
    }
    content
}

fn has_one_recipient(sealed: &[u8]) -> bool {
    let header = sealed
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.starts_with(END_OF_HEADER));
    let stanzas: Vec<&[u8]> = header
        .filter(|line| line.starts_with(STANZA) && !is_grease(line))
        .collect();
    stanzas.len() == 1 && stanzas[0].starts_with(RECIPIENT)
}

fn is_grease(stanza: &[u8]) -> bool {
    let mut words = stanza[STANZA.len()..].split(|byte| *byte == b' ');
    words.next().is_some_and(|kind| kind.ends_with(GREASE))
}
