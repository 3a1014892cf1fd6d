//! What the participants do.

use anyhow::{Result, bail};
use serde::Deserialize;

/// One participant's part.
#[derive(Clone, Debug)]
pub struct Script {
    pub case_reference: String,
    pub answer: Answer,
    /// `ESF`, `SCB`.
    pub consents: Vec<String>,
    pub withdrawal: Withdrawal,
}

/// The answer to the last revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Approve,
    Reject,
    None,
}

/// When a consent is taken back, and from whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    Never,
    BeforeSending(String),
    AfterSending(String),
}

#[derive(Deserialize)]
struct Line {
    case_reference: String,
    answer: String,
    consents: String,
    withdraws: String,
}

/// Reads one participant per line.
pub fn read(text: &str) -> Result<Vec<Script>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Line>()
        .map(|line| script(line?))
        .collect()
}

fn script(line: Line) -> Result<Script> {
    let answer = match line.answer.as_str() {
        "approve" => Answer::Approve,
        "reject" => Answer::Reject,
        "none" => Answer::None,
        other => bail!("{other} is no answer"),
    };
    let withdrawal = match line.withdraws.split_once(' ') {
        None => Withdrawal::Never,
        Some((from, "before_sending")) => Withdrawal::BeforeSending(from.to_owned()),
        Some((from, "after_sending")) => Withdrawal::AfterSending(from.to_owned()),
        Some((_, other)) => bail!("{other} is no time to withdraw at"),
    };
    Ok(Script {
        case_reference: line.case_reference,
        answer,
        consents: line.consents.split_whitespace().map(str::to_owned).collect(),
        withdrawal,
    })
}
