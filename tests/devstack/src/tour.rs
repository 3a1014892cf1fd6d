//! What `make run` shows once everything is up: the addresses, and the main job so far done once through the public APIs.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use journey::Places;
use journey::job::{Job, Report};
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
    let folder = stack.plan.folder.join("journey");
    let touring = async move {
        let toured = tour(&places, &CAST, &mut tell).await?;
        let job = Job {
            places: &places,
            cast: &CAST,
            folder: &folder,
            today: today()?,
        };
        let report = Box::pin(job.perform(&mut tell)).await;
        anyhow::Ok((toured, report.context("the main job failed")?))
    };
    let (toured, said) = tokio::join!(touring, telling);
    said?;
    let (toured, report) = toured?;
    say(&table(&toured)).await?;
    say(&report_text(stack, &report)).await
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
            participants: self.plan.grpc_url(&self.plan.ports.participants),
            attendance: self.plan.grpc_url(&self.plan.ports.attendance),
            consent: self.plan.grpc_url(&self.plan.ports.consent),
            export: self.plan.grpc_url(&self.plan.ports.export),
            browsers: self.plan.browsers_url(),
            suppliers: self.plan.suppliers_url(),
            receivers: self.plan.receivers_control_url(),
            phone: self.plan.bankid_control_url(),
            messages: self.plan.messages_url(),
            authority: self.plan.folder.join("ca"),
            has_additions: self.plan.has_additions,
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

fn report_text(stack: &Stack, report: &Report) -> String {
    let mut text = format!("\n  {} at the recipients\n\n", report.month);
    let row = |text: &mut String, cells: [&str; 5]| {
        let [case, name, unit, esf, scb] = cells;
        let _infallible = writeln!(text, "  {case:<16} {name:<24} {unit:<24} {esf:<28} {scb}");
    };
    row(&mut text, ["case", "participant", "unit", "ESF", "SCB"]);
    for line in &report.lines {
        row(
            &mut text,
            [&line.case_reference, &line.name, &line.unit, &line.esf, &line.scb],
        );
    }
    let objects = stack.plan.object_folder();
    text.push_str("\n  sealed files\n");
    for path in &report.objects {
        let _infallible = writeln!(text, "    {}", objects.join(path).display());
    }
    let (month, placements) = &report.open;
    let _infallible = writeln!(
        text,
        "\n  everything that arrived   {}\n  the input files           {}\n  open to work in           {month}, {placements} participants in the first provider's first unit",
        stack.plan.receivers_folder().display(),
        stack.plan.folder.join("journey").display(),
    );
    text
}

#[expect(
    clippy::disallowed_methods,
    reason = "the stack of a person runs by the machine's clock"
)]
fn today() -> Result<Date> {
    Ok(Timestamp::now().in_tz("Europe/Stockholm")?.date())
}

async fn say(text: &str) -> Result<()> {
    let mut out = tokio::io::stdout();
    out.write_all(text.as_bytes()).await?;
    Ok(out.flush().await?)
}
