//! One conversation, line by line and without I/O: which command is allowed when, and what is answered.

use super::LARGEST_MESSAGE;
use super::message;
use crate::mailbox::{Channel, Draft, Mailbox};
use crate::switches::Mode;

const MOST_RECIPIENTS: usize = 100;
const NO_ENVELOPE: &str = "503 MAIL and RCPT come first\r\n";

/// What the connection does after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Listen,
    Hang,
}

/// The state of a conversation.
pub struct Session {
    mailbox: Mailbox,
    stage: Stage,
}

enum Stage {
    /// Nobody has said hello.
    New,
    /// Ready for a message.
    Idle,
    /// A sender and perhaps recipients are known.
    Envelope { from: String, to: Vec<String> },
    /// The message is being read.
    Data {
        from: String,
        to: Vec<String>,
        bytes: Vec<u8>,
        is_too_large: bool,
    },
}

impl Session {
    pub fn new(mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            stage: Stage::New,
        }
    }

    /// Takes a line with its end and gives the answer, which is empty while a message is being read.
    pub fn take(&mut self, line: &[u8], mode: Mode) -> (String, Next) {
        if matches!(self.stage, Stage::Data { .. }) {
            return (self.take_data(line), Next::Listen);
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => (
                self.greet(&format!(
                    "250-localhost\r\n250-8BITMIME\r\n250 SIZE {LARGEST_MESSAGE}\r\n"
                )),
                Next::Listen,
            ),
            "HELO" => (self.greet("250 localhost\r\n"), Next::Listen),
            "MAIL" => (self.mail(rest), Next::Listen),
            "RCPT" => (self.recipient(rest, mode), Next::Listen),
            "DATA" => (self.data(), Next::Listen),
            "RSET" => (self.reset(), Next::Listen),
            "NOOP" => ("250 OK\r\n".to_owned(), Next::Listen),
            "QUIT" => ("221 bye\r\n".to_owned(), Next::Hang),
            _ => ("502 command not known here\r\n".to_owned(), Next::Listen),
        }
    }

    fn greet(&mut self, answer: &str) -> String {
        self.stage = Stage::Idle;
        answer.to_owned()
    }

    fn mail(&mut self, rest: &str) -> String {
        if !matches!(self.stage, Stage::Idle) {
            return "503 not now\r\n".to_owned();
        }
        let Some(from) = path(rest, "FROM:") else {
            return "501 MAIL FROM:<address>\r\n".to_owned();
        };
        if announced_size(rest).is_some_and(|size| size > LARGEST_MESSAGE) {
            return "552 the message is too large\r\n".to_owned();
        }
        self.stage = Stage::Envelope { from, to: Vec::new() };
        "250 OK\r\n".to_owned()
    }

    fn recipient(&mut self, rest: &str, mode: Mode) -> String {
        let Stage::Envelope { to, .. } = &mut self.stage else {
            return "503 MAIL comes first\r\n".to_owned();
        };
        let Some(address) = path(rest, "TO:").filter(|address| address.contains('@')) else {
            return "501 RCPT TO:<address>\r\n".to_owned();
        };
        match mode {
            Mode::Reject => return "550 no such mailbox\r\n".to_owned(),
            Mode::Down => return "451 out of order, try again later\r\n".to_owned(),
            Mode::Normal => {}
        }
        if to.len() == MOST_RECIPIENTS {
            return "452 too many recipients\r\n".to_owned();
        }
        to.push(address);
        "250 OK\r\n".to_owned()
    }

    fn data(&mut self) -> String {
        let Stage::Envelope { from, to } = &mut self.stage else {
            return NO_ENVELOPE.to_owned();
        };
        if to.is_empty() {
            return NO_ENVELOPE.to_owned();
        }
        let (from, to) = (std::mem::take(from), std::mem::take(to));
        self.stage = Stage::Data {
            from,
            to,
            bytes: Vec::new(),
            is_too_large: false,
        };
        "354 go on, end with a single dot\r\n".to_owned()
    }

    fn reset(&mut self) -> String {
        if !matches!(self.stage, Stage::New) {
            self.stage = Stage::Idle;
        }
        "250 OK\r\n".to_owned()
    }

    fn take_data(&mut self, line: &[u8]) -> String {
        if line == b".\r\n" || line == b".\n" {
            return self.finish();
        }
        if let Stage::Data {
            bytes, is_too_large, ..
        } = &mut self.stage
        {
            let line = line.strip_prefix(b".").unwrap_or(line);
            *is_too_large |= bytes.len() + line.len() > LARGEST_MESSAGE;
            if !*is_too_large {
                bytes.extend_from_slice(line);
            }
        }
        String::new()
    }

    fn finish(&mut self) -> String {
        let Stage::Data {
            from,
            to,
            bytes,
            is_too_large,
        } = std::mem::replace(&mut self.stage, Stage::Idle)
        else {
            return String::new();
        };
        if is_too_large {
            return "552 the message is too large\r\n".to_owned();
        }
        let mail = message::read(&bytes);
        let mut last = String::new();
        for recipient in to {
            last = self.mailbox.keep(Draft {
                channel: Channel::Mail,
                from: from.clone(),
                to: recipient,
                subject: mail.subject.clone(),
                text: mail.text.clone(),
                reference: mail.id.clone(),
            });
        }
        format!("250 taken as {last}\r\n")
    }
}

/// The address between angle brackets after `FROM:` or `TO:`.
fn path(rest: &str, keyword: &str) -> Option<String> {
    let (start, rest) = rest.split_at_checked(keyword.len())?;
    let address = rest.trim_start().strip_prefix('<')?.split_once('>')?.0;
    start.eq_ignore_ascii_case(keyword).then(|| address.to_owned())
}

fn announced_size(rest: &str) -> Option<usize> {
    let mut parameters = rest.split_whitespace().map(str::to_ascii_uppercase);
    parameters.find_map(|parameter| parameter.strip_prefix("SIZE=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(session: &mut Session, line: &str) -> String {
        session.take(format!("{line}\r\n").as_bytes(), Mode::Normal).0
    }

    fn after(lines: &[&str]) -> (Session, Mailbox) {
        let mailbox = Mailbox::default();
        let mut session = Session::new(mailbox.clone());
        for line in lines {
            answer(&mut session, line);
        }
        (session, mailbox)
    }

    #[test]
    fn commands_out_of_order_are_refused() {
        let (mut session, _) = after(&[]);
        assert!(answer(&mut session, "MAIL FROM:<a@example.se>").starts_with("503"));
        let (mut session, _) = after(&["EHLO test"]);
        assert!(answer(&mut session, "RCPT TO:<a@example.se>").starts_with("503"));
        assert!(answer(&mut session, "DATA").starts_with("503"));
    }

    #[test]
    fn each_recipient_gets_the_message_with_dots_unstuffed() {
        let envelope = [
            "EHLO t",
            "MAIL FROM:<a@example.se>",
            "RCPT TO:<b@example.se>",
            "RCPT TO:<c@example.se>",
            "DATA",
        ];
        let (mut session, mailbox) = after(&envelope);
        for line in ["Subject: Hej", "", "..en rad", "."] {
            answer(&mut session, line);
        }
        let sent = mailbox.all();
        assert_eq!(
            sent.iter().map(|sent| sent.to.as_str()).collect::<Vec<_>>(),
            ["b@example.se", "c@example.se"]
        );
        assert_eq!(
            (sent[0].subject.as_str(), sent[0].text.trim()),
            ("Hej", ".en rad")
        );
    }

    #[test]
    fn a_message_over_the_limit_is_refused_announced_or_not() {
        let (mut session, _) = after(&["EHLO t"]);
        assert!(answer(&mut session, "MAIL FROM:<a@example.se> SIZE=99999999").starts_with("552"));
        let (mut session, mailbox) = after(&[
            "EHLO t",
            "MAIL FROM:<a@example.se>",
            "RCPT TO:<b@example.se>",
            "DATA",
        ]);
        let line = "x".repeat(1000);
        for _ in 0..=LARGEST_MESSAGE / 1000 {
            answer(&mut session, &line);
        }
        assert!(answer(&mut session, ".").starts_with("552"));
        assert!(mailbox.all().is_empty());
    }

    #[test]
    fn a_reset_forgets_the_envelope() {
        let (mut session, _) = after(&[
            "EHLO t",
            "MAIL FROM:<a@example.se>",
            "RCPT TO:<b@example.se>",
            "RSET",
        ]);
        assert!(answer(&mut session, "DATA").starts_with("503"));
    }
}
