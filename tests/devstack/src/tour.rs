//! What `make run` shows once everything is up: the addresses, and the main job so far done once through the public APIs.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use journey::Places;
use journey::tour::{CAST, Toured, tour};
use support::files;
use support::people::Person;
use tokio::io::AsyncWriteExt;

use crate::stack::Stack;

/// Prints where everything answers, makes the agency, and goes on the tour.
pub async fn run(stack: &Stack) -> Result<()> {
    let lines = stack
        .addresses()
        .into_iter()
        .map(|(what, address)| format!("  {what:<28} {address}\n"));
    say(&format!("\n{}\n", lines.collect::<String>())).await?;
    create_agency(stack, &CAST.officer).await?;
    let (steps, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut tell = move |line: &str| drop(steps.send(line.to_owned()));
    let places = stack.places();
    let telling = async {
        while let Some(line) = told.recv().await {
            say(&format!("{line}\n")).await?;
        }
        anyhow::Ok(())
    };
    let touring = async move { tour(&places, &CAST, &mut tell).await };
    let (toured, said) = tokio::join!(touring, telling);
    said?;
    say(&table(&toured?)).await
}

/// Makes the agency's organisation and its first account by staff's local command; repeated, it changes nothing.
pub async fn create_agency(stack: &Stack, officer: &Person) -> Result<()> {
    let file = stack.plan.folder.join("officer-number");
    files::replace_with_mode(&file, officer.number, 0o600)?;
    let path = file.display().to_string();
    let name = officer.full_name();
    let arguments = [
        "create-agency",
        "--organisation-name",
        "Arbetsförmedlingen",
        "--organisation-number",
        "202100-2114",
        "--person-name",
        name.as_str(),
        "--person-number-file",
        path.as_str(),
    ];
    let outcome = stack.staff.plan().run(&arguments).await;
    std::fs::remove_file(&file).context("the officer's number was left behind")?;
    let status = outcome?;
    ensure!(
        status.success(),
        "the agency could not be made: see the log of staff"
    );
    Ok(())
}

impl Stack {
    /// Where everything is, for the actors of the journeys.
    pub fn places(&self) -> Places {
        Places {
            identity: self.identity.address(),
            staff: self.staff.address(),
            phone: self.plan.bankid_control_url(),
            messages: self.plan.messages_url(),
            authority: self.plan.folder.join("ca"),
        }
    }
}

fn table(toured: &Toured) -> String {
    let mut text = String::from("\n  organisation                 role            account\n");
    for (organisation, role, account) in &toured.accounts {
        let _infallible = writeln!(text, "  {organisation:<28} {role:<15} {account}");
    }
    text
}

async fn say(text: &str) -> Result<()> {
    let mut out = tokio::io::stdout();
    out.write_all(text.as_bytes()).await?;
    Ok(out.flush().await?)
}
