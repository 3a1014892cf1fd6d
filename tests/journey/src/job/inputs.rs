//! The files that users have: the agency's register and decisions, the providers' hours, and what each participant will
//! do. They are written for the month, and everything that follows reads them.

use std::fmt::Write as _;

use anyhow::Result;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Job;
use super::cases::{Answer, CASES, Case, Story, Workplace};

/// File names in the folder.
pub const REGISTER: &str = "register.csv";
pub const DECISIONS: &str = "decisions.ndjson";
pub const PARTICIPANTS: &str = "participants.csv";
pub const ZERO_MONTHS: &str = "zero-months.csv";

/// Header of every file of hours.
pub const HOURS_HEADER: &str = "case_reference,day,activity_code,minutes\n";

/// The hours file of a provider.
pub fn hours_file(provider: &str) -> String {
    format!("hours-{provider}.csv")
}

/// The file of corrected hours of a provider.
pub fn corrections_file(provider: &str) -> String {
    format!("corrections-{provider}.csv")
}

/// Writes all of them.
pub fn write(job: &Job<'_>, working_days: &[Date]) -> Result<()> {
    std::fs::create_dir_all(job.folder)?;
    let file = |name: &str, content: String| std::fs::write(job.folder.join(name), content);
    file(REGISTER, crate::register::example())?;
    file(DECISIONS, decisions(job))?;
    file(PARTICIPANTS, participants(job))?;
    file(ZERO_MONTHS, zero_months(job))?;
    for provider in ["provbolaget", "exempelsson", "ovningsanordnaren"] {
        let of = |case: &&Case| case.workplace.provider() == provider;
        let hours = CASES.iter().filter(of).map(|case| hours(job, case, working_days));
        file(
            &hours_file(provider),
            format!("{HOURS_HEADER}{}", hours.collect::<String>()),
        )?;
    }
    let corrected = CASES
        .iter()
        .filter(|case| case.story == Story::CorrectedAfterApproval)
        .map(|case| corrected(job, case, working_days));
    let provider = Workplace::Umea.provider();
    file(
        &corrections_file(provider),
        format!("{HOURS_HEADER}{}", corrected.collect::<String>()),
    )?;
    Ok(())
}

/// First day of a case's placement.
pub fn start(job: &Job<'_>, case: &Case) -> Date {
    match case.story {
        Story::InterruptedBeforeStart => job.first_day() + 14.days(),
        Story::Usual
        | Story::InterruptedInTheMonth
        | Story::ZeroMonth
        | Story::CorrectedAfterApproval
        | Story::WithdrawsBeforeSending
        | Story::WithdrawsAfterSending
        | Story::WithoutBankid
        | Story::ProtectedIdentity => job.first_day() - 1.month(),
    }
}

fn interrupted_on(job: &Job<'_>, case: &Case) -> Option<Date> {
    match case.story {
        Story::InterruptedInTheMonth => Some(job.first_day() + 15.days()),
        Story::InterruptedBeforeStart => Some(job.first_day() + 9.days()),
        Story::Usual
        | Story::ZeroMonth
        | Story::CorrectedAfterApproval
        | Story::WithdrawsBeforeSending
        | Story::WithdrawsAfterSending
        | Story::WithoutBankid
        | Story::ProtectedIdentity => None,
    }
}

// Interruptions come first in the file: the order in which decisions arrive says nothing.
fn decisions(job: &Job<'_>) -> String {
    let month = job.month_name();
    let interruptions = CASES.iter().filter_map(|case| {
        let day = interrupted_on(job, case)?;
        let reference = case.reference(&month);
        Some(json!({
            "decisionId": format!("{reference}-2"),
            "caseReference": reference,
            "sequence": "2",
            "interruption": {"interruptedOn": written(day)},
        }))
    });
    let placements = CASES.iter().map(|case| {
        let reference = case.reference(&month);
        json!({
            "decisionId": format!("{reference}-1"),
            "caseReference": reference,
            "sequence": "1",
            "newPlacement": assignment(job, case),
        })
    });
    let lines: Vec<Value> = interruptions.chain(placements).collect();
    lines.iter().fold(String::new(), |mut text, line| {
        let _infallible = writeln!(text, "{line}");
        text
    })
}

fn assignment(job: &Job<'_>, case: &Case) -> Value {
    let start = start(job, case);
    let needs_interpreter = case.number == 3;
    json!({
        "number": case.person.number,
        "givenName": case.person.given_name,
        "surname": case.person.surname,
        "phone": "",
        "email": "",
        "language": if needs_interpreter { "so" } else { "sv" },
        "interpreterNeeded": needs_interpreter,
        "protectedIdentity": case.story == Story::ProtectedIdentity,
        "caseworker": {"function": "Direktservice"},
        "kaNumber": case.workplace.ka_number(),
        "officeId": "",
        "period": {"from": written(start), "to": written(start + 6.months())},
    })
}

fn participants(job: &Job<'_>) -> String {
    let month = job.month_name();
    let mut text = String::from("case_reference,answer,consents,withdraws\n");
    for case in CASES {
        let answer = match case.answer {
            Answer::Approve => "approve",
            Answer::Reject => "reject",
            Answer::None => "none",
        };
        let consents = match case.consents {
            (true, true) => "ESF SCB",
            (true, false) => "ESF",
            (false, true) => "SCB",
            (false, false) => "",
        };
        let withdraws = match case.story {
            Story::WithdrawsBeforeSending => "ESF before_sending",
            Story::WithdrawsAfterSending => "ESF after_sending",
            Story::Usual
            | Story::InterruptedInTheMonth
            | Story::InterruptedBeforeStart
            | Story::ZeroMonth
            | Story::CorrectedAfterApproval
            | Story::WithoutBankid
            | Story::ProtectedIdentity => "",
        };
        let _infallible = writeln!(text, "{},{answer},{consents},{withdraws}", case.reference(&month));
    }
    text
}

fn zero_months(job: &Job<'_>) -> String {
    let month = job.month_name();
    let zero = CASES.iter().filter(|case| case.story == Story::ZeroMonth);
    let lines = zero.map(|case| format!("{}\n", case.reference(&month)));
    format!("case_reference\n{}", lines.collect::<String>())
}

fn hours(job: &Job<'_>, case: &Case, working_days: &[Date]) -> String {
    if matches!(case.story, Story::ZeroMonth | Story::InterruptedBeforeStart) {
        return String::new();
    }
    let until = interrupted_on(job, case);
    let days = working_days
        .iter()
        .filter(|day| until.is_none_or(|until| **day < until));
    rows(job, case, days, 0)
}

// The last day was not worked after all, and every day a little longer.
fn corrected(job: &Job<'_>, case: &Case, working_days: &[Date]) -> String {
    let all_but_last = working_days.split_last().map_or(&[][..], |(_, rest)| rest);
    rows(job, case, all_but_last.iter(), 30)
}

// Up to four hours of one activity, and every other day up to two of another: uneven, so that rounding shows.
pub fn rows<'a>(job: &Job<'_>, case: &Case, days: impl Iterator<Item = &'a Date>, longer: usize) -> String {
    let reference = case.reference(&job.month_name());
    let mut text = String::new();
    for (place, day) in days.enumerate() {
        let minutes = 31 + longer + (case.number * 37 + place * 53) % 150;
        let _infallible = writeln!(text, "{reference},{day},JOBBSOKARAKTIVITET,{minutes}");
        if place % 2 == 0 {
            let minutes = 20 + (case.number * 11 + place * 7) % 90;
            let _infallible = writeln!(text, "{reference},{day},VAGLEDNING,{minutes}");
        }
        if place % 5 == 0 {
            let _infallible = writeln!(text, "{reference},{day},INDIVIDUELLT_MOTE,60");
        }
    }
    text
}

fn written(day: Date) -> Value {
    json!({"year": day.year(), "month": day.month(), "day": day.day()})
}
