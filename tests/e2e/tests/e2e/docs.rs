//! The pages for those outside do what they say: every command of `docs/suppliers.md` and `docs/agency.md` is run against
//! a stack on which the main job was done, and every service tells its contract by reflection.

mod page;
mod reflection;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use e2e::world::World;
use journey::job::{CASES, Job};
use journey::places::Places;
use journey::tour::CAST;
use support::ca::Identity;
use support::files;
use tempfile::TempDir;

use page::{Page, Variables};

/// The agency's system that the tour registers.
const AGENCY: &str = "agency-register";
/// The provider's system that the main job registers, and the file that its hours came from.
const SUPPLIER: &str = "provbolaget-planning";
const HOURS: &str = "hours-provbolaget.csv";
/// A participant of that provider whose month is approved.
const CASE: usize = 9;
const REQUIREMENTS: &str = "docs/requirements.txt";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_pages_tell_those_outside_to_do_works() -> Result<()> {
    let world = World::whole("docs").await?;
    reflection::every_service_tells_its_contract(&world.places, &world.places.client(AGENCY)?).await?;
    let folder = world.stack.plan.folder.join("journey");
    let job = Job {
        places: &world.places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    Box::pin(job.perform(&mut |_| {})).await?;
    Box::pin(suppliers(&job)).await.context("docs/suppliers.md")?;
    Box::pin(agency(&job)).await.context("docs/agency.md")?;
    world.stop().await
}

async fn suppliers(job: &Job<'_>) -> Result<()> {
    let folder = TempDir::new()?;
    let hours = folder.path().join("hours.csv");
    let days = corrected_hours(job)?;
    std::fs::write(&hours, &days)?;
    let first = job.first_day();
    let mut variables = certificate(&job.places.client(SUPPLIER)?);
    variables.set("DELTAGA", &job.places.suppliers);
    variables.set("HOURS", hours.display());
    variables.set("YEAR", first.year());
    variables.set("MONTH", first.month());
    let output = read("docs/suppliers.md")?.run(folder.path(), &variables).await?;
    let rows = days.lines().count() - 1;
    output.tells("\"placements\":[{")?;
    output.tells("\"activities\":[{")?;
    output.tells("\"months\":[{")?;
    output.tells("\"imported\":true")?;
    output.tells(&format!("\"takenRows\":{rows}"))
}

async fn agency(job: &Job<'_>) -> Result<()> {
    let folder = TempDir::new()?;
    let mut variables = certificate(&job.places.client(AGENCY)?);
    variables.set("SOURCE", files::workspace_root().display());
    variables.set("VENV", environment()?.display());
    variables.set("MONTH", job.month_name());
    for (variable, address) in addresses(job.places) {
        variables.set(variable, address.trim_start_matches("https://"));
    }
    let page = read("docs/agency.md")?;
    let output = page.run(folder.path(), &variables).await?;
    // The contract, a file twice over, decisions of which one comes before its case, and a run to its end.
    output.tells("deltaga.participants.v1.DecisionService")?;
    output.tells("line 2: CREATED")?;
    output.tells("line 2: UNCHANGED")?;
    output.tells("D-2001-2: WAITING")?;
    output.tells("D-2001-1: CREATED")?;
    output.tells("D-2001-1: UNCHANGED")?;
    output.tells("D-2002-1: REFUSED")?;
    output.tells("decisions[2].new_placement.period.to")?;
    output.tells("credited minutes")?;
    output.tells("ENDED")?;
    output.tells("FIELDS_INVALID")?;
    output.tells("run_id: FIELD_MALFORMED")?;
    let again = page.run(folder.path(), &variables).await;
    again
        .context("a second time")?
        .tells("line 3: UNCHANGED\nnothing was saved")
}

fn read(path: &str) -> Result<Page> {
    let text = std::fs::read_to_string(files::workspace_root().join(path))?;
    let page = Page::read(&text);
    ensure!(page.commands() > 0, "no command was found");
    Ok(page)
}

fn certificate(identity: &Identity) -> Variables {
    let mut variables = Variables::default();
    variables.set("CA", identity.ca_file.display());
    variables.set("CERTIFICATE", identity.certificate_file.display());
    variables.set("KEY", identity.key_file.display());
    variables
}

fn addresses(places: &Places) -> [(&'static str, &str); 5] {
    [
        ("IDENTITY", &places.identity),
        ("STAFF", &places.staff),
        ("PARTICIPANTS", &places.participants),
        ("ATTENDANCE", &places.attendance),
        ("EXPORT", &places.export),
    ]
}

// One per content of the requirements, kept between runs: what the page installs is then installed already.
fn environment() -> Result<PathBuf> {
    let wanted = std::fs::read(files::workspace_root().join(REQUIREMENTS)).context(REQUIREMENTS)?;
    let name = hex::encode(digest(&SHA256, &wanted));
    let folder = Path::new("target/docs").join(name);
    Ok(files::workspace_root().join(folder))
}

// The hours that the case's month already has, without the last of them: a correction.
fn corrected_hours(job: &Job<'_>) -> Result<String> {
    let reference = CASES.get(CASE).context("the case")?.reference(&job.month_name());
    let text = std::fs::read_to_string(job.folder.join(HOURS))?;
    let (header, rows) = text.split_once('\n').context("a header")?;
    let mut own: Vec<&str> = rows.lines().filter(|row| row.starts_with(&reference)).collect();
    own.pop();
    ensure!(!own.is_empty(), "{reference} has no hours");
    Ok(format!("{header}\n{}\n", own.join("\n")))
}
