//! The page of what was sent, in Swedish or English: a table with a caption and headings, links made clickable, plain
//! enough for a screen reader and a phone.

use std::fmt::Write;

use crate::mailbox::{Channel, Sent};

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

struct Words {
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
    other: (&'static str, &'static str),
    none: &'static str,
    columns: [&'static str; 4],
    sms: &'static str,
    mail: &'static str,
}

const SWEDISH: Words = Words {
    code: "sv",
    title: "Skickade meddelanden",
    explanation: "Inget av detta har lämnat datorn. Det senaste står överst.",
    other: ("en", "English"),
    none: "Inget har skickats ännu.",
    columns: ["Tid (UTC)", "Väg", "Till", "Meddelande"],
    sms: "sms",
    mail: "e-post",
};

const ENGLISH: Words = Words {
    code: "en",
    title: "Messages sent",
    explanation: "None of this has left the machine. The latest comes first.",
    other: ("sv", "Svenska"),
    none: "Nothing has been sent yet.",
    columns: ["Time (UTC)", "Channel", "To", "Message"],
    sms: "text message",
    mail: "e-mail",
};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;\
    color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600}\
    th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #767676}\
    p.text{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}a{color:#0b4a8f}";

impl Language {
    /// The language asked for in the address, else the browser's, else Swedish.
    pub fn choose(asked: Option<&str>, accepted: Option<&str>) -> Self {
        let first = asked.or_else(|| accepted.and_then(|list| list.split([',', ';']).next()));
        match first.map(str::trim) {
            Some(tag) if tag.to_ascii_lowercase().starts_with("en") => Self::English,
            Some(_) | None => Self::Swedish,
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Self::Swedish => &SWEDISH,
            Self::English => &ENGLISH,
        }
    }
}

/// The whole page.
pub fn render(sent: &[Sent], language: Language) -> String {
    let words = language.words();
    let Words {
        code,
        title,
        explanation,
        other: (other_code, other_name),
        ..
    } = words;
    let content = if sent.is_empty() {
        format!("<p>{}</p>", words.none)
    } else {
        table(sent, words)
    };
    format!(
        "<!doctype html><html lang=\"{code}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
         <body><header><nav><a href=\"?lang={other_code}\" lang=\"{other_code}\" hreflang=\"{other_code}\">\
         {other_name}</a></nav></header><main><h1>{title}</h1><p>{explanation}</p>{content}</main></body></html>"
    )
}

fn table(sent: &[Sent], words: &Words) -> String {
    let headings = words
        .columns
        .map(|column| format!("<th scope=\"col\">{column}</th>"))
        .concat();
    let rows: String = sent.iter().rev().map(|message| row(message, words)).collect();
    let (title, count) = (words.title, sent.len());
    format!(
        "<table><caption>{title} ({count})</caption><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn row(message: &Sent, words: &Words) -> String {
    let channel = match message.channel {
        Channel::Sms => words.sms,
        Channel::Mail => words.mail,
    };
    let subject = match message.subject.as_str() {
        "" => String::new(),
        subject => format!("<strong>{}</strong>", escape(subject)),
    };
    format!(
        "<tr><td>{time}</td><td>{channel}</td><td>{to}</td><td>{subject}<p class=\"text\">{text}</p></td></tr>",
        time = message.received_at.strftime("%Y-%m-%d %H:%M:%S"),
        to = escape(&message.to),
        text = with_links(&message.text),
    )
}

fn with_links(text: &str) -> String {
    let mut html = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let (escaped, space) = (escape(word), &piece[word.len()..]);
        let is_link = word.starts_with("https://") || word.starts_with("http://");
        let written = if is_link {
            write!(
                html,
                "<a href=\"{escaped}\" rel=\"noreferrer\">{escaped}</a>{space}"
            )
        } else {
            write!(html, "{escaped}{space}")
        };
        written.expect("writing to a String cannot fail");
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(text: &str) -> Sent {
        Sent {
            id: "message-1".to_owned(),
            channel: Channel::Sms,
            from: String::new(),
            to: "+46700000000".to_owned(),
            subject: String::new(),
            text: text.to_owned(),
            reference: String::new(),
            received_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_text_cannot_become_markup() {
        let page = render(&[sms("<script>alert(1)</script>")], Language::Swedish);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
    }

    #[test]
    fn a_link_in_a_message_can_be_followed() {
        let page = render(&[sms("Öppna https://localhost:7401/i#abc nu")], Language::Swedish);
        assert!(
            page.contains("<a href=\"https://localhost:7401/i#abc\""),
            "{page}"
        );
    }

    #[test]
    fn the_address_decides_the_language_before_the_browser() {
        assert_eq!(Language::choose(Some("en"), Some("sv-SE,sv")), Language::English);
        assert_eq!(Language::choose(None, Some("en-GB,en;q=0.8")), Language::English);
        assert_eq!(Language::choose(None, None), Language::Swedish);
    }
}
