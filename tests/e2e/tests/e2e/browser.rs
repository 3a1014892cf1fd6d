//! The pages in a real browser: the main job is done, and participants answer, consent and take back at the screen, with
//! axe on every state. What is looked at stands in tests/browser; here it is given a stack and people.

mod backstage;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use devstack::stack::built_pages;
use e2e::numbers::tell;
use e2e::world::World;
use journey::job::{CASES, Job};
use journey::tour::CAST;
use support::{files, shared};
use tokio::process::Command;
use tokio::time::timeout;

use backstage::Backstage;

/// What is looked at, however slow the machine, ends before this or never.
const LONGEST: Duration = Duration::from_mins(30);
/// Folders of tests/browser. Whoever kills does so when nobody else is there.
const USUAL: [&str; 2] = ["journeys", "kills"];
/// The crawl goes first: it needs a month that nobody has answered.
const WHOLE: [&str; 4] = ["crawl", "journeys", "kills", "speed"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn participants_answer_consent_and_take_back_in_a_browser() -> Result<()> {
    ensure!(built_pages().is_some(), "the pages are not built: run `make web`");
    let mut world = World::whole("browser").await?;
    let folder = world.stack.plan.folder.join("journey");
    let job = Job {
        places: &world.places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    Box::pin(job.perform(&mut |_| {})).await?;

    let pictures = world.stack.plan.folder.join("screenshots");
    std::fs::create_dir_all(&pictures)?;
    let visited = visits(&mut world, &pictures).await;

    let stopped = world.stop().await;
    visited.and(stopped)
}

/// `make test` goes through each journey, `make browser` (`BROWSER=whole`) looks at everything. What one folder finds keeps
/// nobody from looking at the next.
async fn visits(world: &mut World, pictures: &Path) -> Result<()> {
    let is_whole = shared::given("BROWSER").is_some_and(|asked| asked == "whole");
    let folders: &[&str] = if is_whole { &WHOLE } else { &USUAL };
    let mut found = Vec::new();
    for folder in folders {
        let visited = visit(world, folder, is_whole, pictures).await;
        if let Err(error) = visited {
            found.push(format!("tests/browser/{folder}: {error:#}"));
        }
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

async fn visit(world: &mut World, folder: &str, is_whole: bool, pictures: &Path) -> Result<()> {
    let tests = tests_folder().join(folder);
    let backstage = Backstage::open().await?;
    // Without a path every version of node takes all tests below the folder that it stands in. One file at a time, on
    // however many cores: a person can be in one place only.
    let run = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .current_dir(&tests)
        .env("BROWSER_TEST_PAGES", &world.places.browsers)
        .env("BROWSER_TEST_PHONE", &world.places.phone)
        .env("BROWSER_TEST_PEOPLE", people())
        .env("BROWSER_TEST_BACKSTAGE", backstage.port()?)
        .env("BROWSER_TEST_WHOLE", if is_whole { "yes" } else { "" })
        .env("BROWSER_TEST_SCREENSHOTS", pictures)
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let run = async {
        tokio::select! {
            output = run => output.with_context(|| format!("node cannot be started in {}", tests.display())),
            served = backstage.serve(&mut world.stack) => served.and(Err(anyhow::anyhow!("nobody is backstage"))),
        }
    };
    let output = timeout(LONGEST, run)
        .await
        .with_context(|| format!("they are not done after {LONGEST:?}"))??;
    let told = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    ensure!(passed(&told) > 0, "no test was run: {told}");
    findings(&told).for_each(tell);
    Ok(())
}

/// How many tests the report's summary says have passed.
fn passed(told: &str) -> u32 {
    told.lines()
        .filter_map(|line| line.trim_start_matches('ℹ').trim().strip_prefix("pass "))
        .find_map(|count| count.trim().parse().ok())
        .unwrap_or(0)
}

/// What tests tell beside the summary: numbers with what they are of.
fn findings(told: &str) -> impl Iterator<Item = &str> {
    let remarks = told
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('ℹ'));
    remarks.map(str::trim).filter(|remark| remark.contains(": "))
}

/// Who is there, by number: the provider's supervisor and administrator, and the participants by case.
fn people() -> String {
    let participants = CASES
        .iter()
        .map(|case| (case.number.to_string(), case.person.digits().into()))
        .collect::<serde_json::Map<_, _>>();
    let [supervisor, administrator] = [CAST.supervisor, CAST.administrator].map(|person| person.digits());
    serde_json::json!({ "supervisor": supervisor, "administrator": administrator, "participants": participants })
        .to_string()
}

fn tests_folder() -> PathBuf {
    files::workspace_root().join("tests/browser")
}
