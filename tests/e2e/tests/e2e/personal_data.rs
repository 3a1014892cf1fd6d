//! Numbers and names stay where they belong, and what a month or a decision tells of somebody's health stays with those
//! whom it concerns: after a tour, many mistakes, the whole main job and two crashes nothing of it is found in databases,
//! topics, logs, spans, metrics, crash output or files, while a canary per sink is.

mod canaries;
mod crashes;
mod facts;
mod mistakes;
mod month;
mod search;

use anyhow::{Context as _, Result, ensure};
use e2e::scan::{Finding, Form, Sought};
use e2e::world::World;
use journey::job::Job;
use journey::tour::{AgencyDesk, CAST};
use support::otlp::Sink;

use canaries::{CANARY, CANARY_FACT};
use search::Found;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_names_and_facts_are_nowhere_but_in_their_places() -> Result<()> {
    let sink = Sink::start().await?;
    let mut world = World::whole_telling("personal-data", &sink).await?;
    mistakes::make_all(&world).await?;
    crashes::of_identity(&mut world).await?;
    do_the_job(&mut world).await?;

    ensure_sealed(&world, &[]).context("after the job")?;
    canaries::plant(&world, &sink).await?;
    ensure_sealed(&world, &[canaries::STAGED]).context("but for the canary")?;
    let mut found = search::what_runs(&world).await?;
    let plan = search::Folders::of(&world).await?;
    world.stop().await?;
    canaries::write_log_line(&plan.logs)?;
    found.extend(search::what_is_left(&plan, &sink)?);
    judge(&found)
}

/// The month of everybody; then one is corrected with facts about health in it, and sent while export dies.
async fn do_the_job(world: &mut World) -> Result<()> {
    let places = world.places.clone();
    let folder = world.stack.plan.folder.join("journey");
    let job = Job {
        places: &places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    let mut told = Vec::new();
    let done = Box::pin(job.perform(&mut |line| told.push(line.to_owned()))).await;
    done.with_context(|| format!("the job came so far: {told:#?}"))?;

    let desk = AgencyDesk::open(&places, &world.gateway()?, &CAST.officer).await?;
    let system = Box::pin(month::provider_system(&places, &desk)).await?;
    let placement_id = facts::tell_of_the_participant(&job, &desk.system).await?;
    facts::write_where_none_belong(&job, &system, &placement_id).await?;
    facts::add_an_activity(&desk.system).await?;
    month::report(&job, &system, facts::ACTIVITY).await?;
    Box::pin(month::approve(&job, &placement_id)).await?;
    let system = desk.system.renewed().await?;
    month::is_heard_of(&job, &system, &placement_id).await?;
    Box::pin(crashes::of_export(world, &job, &system)).await?;
    month::arrived(&places).await
}

/// What export keeps is sealed, whatever happened to it.
fn ensure_sealed(world: &World, but: &[&str]) -> Result<()> {
    let unsealed = e2e::sinks::files::unsealed(&world.stack.plan.object_folder())?;
    let is_known = |file: &std::path::PathBuf| but.iter().any(|known| file.ends_with(known));
    ensure!(
        unsealed.iter().all(is_known) && unsealed.len() == but.len(),
        "anybody can read {unsealed:?}"
    );
    Ok(())
}

fn judge(found: &Found) -> Result<()> {
    let is_canary = |finding: &&Finding| match finding.sought {
        Sought::Person(person) => person == CANARY,
        Sought::Fact(fact) => fact == CANARY_FACT,
    };
    let mut blind = Vec::new();
    for (name, findings) in found {
        let has = |sought| findings.iter().any(|finding| finding.sought == sought);
        if !has(Sought::Person(CANARY)) {
            blind.push(format!("people in {name}"));
        }
        if search::LOOKED_FOR_FACTS.contains(name) && !has(Sought::Fact(CANARY_FACT)) {
            blind.push(format!("facts in {name}"));
        }
    }
    ensure!(
        blind.is_empty(),
        "canaries were not found, the scan is blind for {blind:?}"
    );
    let all = found.iter().flat_map(|(_, findings)| findings);
    let leaked: Vec<_> = all.filter(|finding| !is_canary(finding)).collect();
    ensure!(leaked.is_empty(), "{} leaks: {leaked:#?}", leaked.len());
    Ok(())
}

#[test]
fn a_sink_without_its_canaries_is_told_as_blind() {
    for (name, facts) in [("logs", 0), ("topics", 1), ("object store", 0)] {
        let found = |findings| {
            vec![
                ("metrics", vec![finding(Sought::Person(CANARY))]),
                (name, findings),
            ]
        };
        assert!(judge(&found(both_canaries())).is_ok(), "{name}");
        let blind = judge(&found(Vec::new())).unwrap_err().to_string();
        assert!(blind.contains(&format!("people in {name}")), "{blind}");
        let half_blind = judge(&found(vec![finding(Sought::Person(CANARY))]));
        assert_eq!(half_blind.is_err(), facts == 1, "{name}");
    }
}

#[test]
fn whoever_and_whatever_is_no_canary_is_a_leak() {
    for sought in [Sought::Person(CAST.supervisor), Sought::Fact(facts::ACTIVITY)] {
        let mut findings = both_canaries();
        findings.push(finding(sought));
        let leaked = judge(&vec![("topics", findings)]).unwrap_err().to_string();
        assert!(leaked.starts_with("1 leaks"), "{leaked}");
    }
}

fn both_canaries() -> Vec<Finding> {
    vec![
        finding(Sought::Person(CANARY)),
        finding(Sought::Fact(CANARY_FACT)),
    ]
}

fn finding(sought: Sought) -> Finding {
    Finding {
        sought,
        form: Form::Name,
        place: "somewhere".to_owned(),
        around: String::new(),
    }
}
