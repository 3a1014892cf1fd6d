//! What there is to do in a browser once the stack runs: where the pages are, as whom to sign in, and what plays the phone.

use std::fmt::Write as _;

use journey::job::{CASES, Case, Story};
use journey::tour::CAST;

use crate::stack::{Plan, built_pages};

/// The lines that say so.
pub fn told(plan: &Plan) -> String {
    if built_pages().is_none() {
        return "the pages are not built: `make web`, then start again".to_owned();
    }
    let mut text = format!(
        "the pages are at {}; play the phone at {}\n\n  sign in as                   number          there is, until you change it\n",
        plan.browsers_url(),
        plan.bankid_control_url(),
    );
    for (case, what) in shown() {
        let (name, number) = (case.person.full_name(), case.person.number);
        let _infallible = writeln!(text, "  {name:<28} {number:<15} {what}");
    }
    let _infallible = writeln!(text, "\n  for the provider at {}/staff", plan.browsers_url());
    for (person, what) in [
        (CAST.supervisor, "the inbox, participants and their hours"),
        (CAST.administrator, "the accounts"),
    ] {
        let (name, number) = (person.full_name(), person.number);
        let _infallible = writeln!(text, "  {name:<28} {number:<15} {what}");
    }
    text
}

fn shown() -> impl Iterator<Item = (&'static Case, &'static str)> {
    CASES.iter().filter_map(|case| Some((case, what(case)?)))
}

// One of each kind is enough to look at.
fn what(case: &Case) -> Option<&'static str> {
    match case.number {
        0 => Some("a month that was approved and sent"),
        11 => Some("a month that was rejected"),
        13 => Some("a month that waits for an answer"),
        14 => Some("a month that waits, and both consents"),
        _ => (case.story == Story::ZeroMonth).then_some("a month without hours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_tries_the_pages_finds_months_to_answer() {
        let waiting = shown().filter(|(_, what)| what.contains("waits"));
        let waiting: Vec<_> = waiting.map(|(case, _)| case).collect();

        assert_eq!(waiting.len(), 2);
        assert!(waiting.iter().all(|case| format!("{:?}", case.answer) == "None"));
        assert!(waiting.iter().all(|case| case.story == Story::Usual));
    }
}
