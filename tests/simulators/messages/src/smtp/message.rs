//! Reading a mail for display: subject, message id and the plain text, with the encodings clients really use (encoded
//! words, quoted-printable, base64, multipart). What cannot be decoded is shown as it came.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The parts of a mail that are shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub id: String,
    pub text: String,
}

struct Part<'a> {
    headers: Vec<(String, String)>,
    body: &'a str,
}

/// Reads the bytes of a mail.
pub fn read(bytes: &[u8]) -> Mail {
    let source = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let part = Part::read(&source);
    Mail {
        subject: decode_words(part.header("subject")),
        id: part.header("message-id").trim_matches(['<', '>']).to_owned(),
        text: part.text(),
    }
}

impl<'a> Part<'a> {
    fn read(source: &'a str) -> Self {
        let (head, body) = match source.strip_prefix('\n') {
            Some(body) => ("", body),
            None => source.split_once("\n\n").unwrap_or((source, "")),
        };
        // A header goes on in lines that begin with white space.
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let named = unfolded.lines().filter_map(|line| line.split_once(':'));
        let headers = named
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { headers, body }
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    fn text(&self) -> String {
        if let Some(boundary) = boundary(self.header("content-type")) {
            let parts: Vec<Part<'_>> = self
                .body
                .split(&format!("--{boundary}"))
                .skip(1)
                .map(inner)
                .collect();
            let plain = parts
                .iter()
                .find(|part| !part.header("content-type").starts_with("text/html"));
            return plain.or(parts.first()).map(Part::text).unwrap_or_default();
        }
        match self
            .header("content-transfer-encoding")
            .to_ascii_lowercase()
            .as_str()
        {
            "quoted-printable" => decode_quoted(&self.body.replace("=\n", ""), false),
            "base64" => decode_base64(self.body).unwrap_or_else(|| self.body.to_owned()),
            _ => self.body.to_owned(),
        }
    }
}

fn inner(source: &str) -> Part<'_> {
    Part::read(source.strip_prefix('\n').unwrap_or(source))
}

fn boundary(content_type: &str) -> Option<String> {
    let is_multipart = content_type.to_ascii_lowercase().starts_with("multipart/");
    let parameter = content_type
        .split(';')
        .map(str::trim)
        .find_map(|parameter| parameter.strip_prefix("boundary="))?;
    is_multipart.then(|| parameter.trim_matches('"').to_owned())
}

/// Encoded words: `=?utf-8?b?…?=`; white space between two of them does not count.
fn decode_words(value: &str) -> String {
    let mut words: Vec<(bool, String)> = Vec::new();
    for word in value.split(' ') {
        let decoded = decode_word(word);
        words.push((decoded.is_some(), decoded.unwrap_or_else(|| word.to_owned())));
    }
    let mut text = String::new();
    for (index, (is_encoded, word)) in words.iter().enumerate() {
        let follows_encoded = index > 0 && words[index - 1].0;
        if index > 0 && !(*is_encoded && follows_encoded) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn decode_word(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut fields = inner.splitn(3, '?');
    let (_charset, encoding, content) = (fields.next()?, fields.next()?, fields.next()?);
    match encoding {
        "b" | "B" => decode_base64(content),
        "q" | "Q" => Some(decode_quoted(content, true)),
        _ => None,
    }
}

fn decode_base64(text: &str) -> Option<String> {
    let packed: String = text.split_whitespace().collect();
    Some(String::from_utf8_lossy(&STANDARD.decode(packed).ok()?).into_owned())
}

fn decode_quoted(text: &str, is_header: bool) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let escaped = tail
            .get(..2)
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, escaped) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'_', _) if is_header => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swedish_letters_survive_each_encoding() {
        let quoted = "Subject: =?utf-8?Q?P=C3=A5minnelse?= =?utf-8?b?IG9tIG3DtnRl?=\r\n\
                      Content-Transfer-Encoding: quoted-printable\r\n\r\nHej p=C3=A5 =\r\ndig\r\n";
        let mail = read(quoted.as_bytes());
        assert_eq!(
            (mail.subject.as_str(), mail.text.as_str()),
            ("Påminnelse om möte", "Hej på dig\n")
        );
        let packed = "Content-Transfer-Encoding: base64\r\n\r\nSGVqIHDDpSBk\r\naWc=\r\n";
        assert_eq!(read(packed.as_bytes()).text, "Hej på dig");
    }

    #[test]
    fn the_plain_part_of_several_is_shown() {
        let mail = "Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n\
                    --b\r\nContent-Type: text/plain\r\n\r\nbara text\r\n--b--\r\n";
        assert_eq!(read(mail.as_bytes()).text.trim(), "bara text");
    }

    #[test]
    fn what_cannot_be_decoded_is_shown_as_it_came() {
        assert_eq!(
            read(b"Subject: =?utf-8?x?abc?=\r\n\r\n=ZZ").subject,
            "=?utf-8?x?abc?="
        );
        assert_eq!(read(b"").text, "");
    }
}
