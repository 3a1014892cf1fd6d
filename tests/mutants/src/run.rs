//! A run: copy, prove that the named tests pass while nothing is broken, then break one line after the other.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use support::files;

use crate::bar::{Bar, Pace};
use crate::cargo::{Build, Cargo, JOURNEY, Outcome};
use crate::check;
use crate::results::{Results, Row, Verdict, render};
use crate::seed::seed;
use crate::table::{Mutation, Target};
use crate::tree::Tree;

/// Where everything is.
pub struct Places {
    pub sources: PathBuf,
    /// Copy, target folder and results.
    pub work: PathBuf,
    /// A profile folder of which foreign crates may be taken over.
    pub built: Option<PathBuf>,
}

/// The parts of a run.
struct Run<'r> {
    tree: Tree,
    cargo: Cargo,
    results: Results,
    bar: &'r Bar,
}

/// Judges every mutation of the table, or those with one of `only` in their name if there are any.
pub fn run(places: &Places, table: &[Mutation], only: &[String], bar: &Bar) -> Result<Vec<(String, Row)>> {
    let faults = check::faults(&places.sources, table);
    ensure!(faults.is_empty(), "the table is stale:\n{}", faults.join("\n"));
    let chosen: Vec<&Mutation> = table
        .iter()
        .filter(|mutation| only.is_empty() || only.iter().any(|text| mutation.name.contains(text)))
        .collect();
    ensure!(!chosen.is_empty(), "no mutation is called that");
    let _alone = files::lock(&places.work.join("lock"))?;
    let mut run = Run::begin(places, table, !only.is_empty(), bar)?;
    let left: Vec<&Mutation> = chosen
        .iter()
        .copied()
        .filter(|mutation| run.results.of(&mutation.name).is_none())
        .collect();
    bar.say(&format!("{} of {} mutations to judge", left.len(), chosen.len()));
    run.prove(&left)?;
    run.judge_all(&left)?;
    run.end(&chosen)
}

impl<'r> Run<'r> {
    fn begin(places: &Places, table: &[Mutation], is_partial: bool, bar: &'r Bar) -> Result<Self> {
        bar.now("copying the sources");
        let (tree, digest) = Tree::copy(&places.sources, places.work.join("tree"))?;
        let results = places.work.join("results");
        fs::create_dir_all(&results)?;
        lend_broker(&places.sources, tree.root())?;
        let target = places.work.join("target");
        if let Some(built) = &places.built {
            fs::create_dir_all(&target)?;
            seed(&places.sources, built, &target.join("debug"))?;
        }
        let mut packages: Vec<String> = table.iter().map(|mutation| mutation.package.clone()).collect();
        packages.sort_unstable();
        packages.dedup();
        Ok(Self {
            cargo: Cargo {
                tree: tree.root().to_path_buf(),
                target,
                logs: results.clone(),
                packages,
                runtime: tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?,
            },
            results: if is_partial {
                Results::unkept()
            } else {
                Results::open(&results.join("state.toml"), digest)
            },
            tree,
            bar,
        })
    }

    /// A test that fails anyhow notices nothing.
    fn prove(&mut self, left: &[&Mutation]) -> Result<()> {
        for target in Target::ALL {
            let of_target = left.iter().filter(|mutation| mutation.target == target);
            let unproven: Vec<_> = of_target
                .filter(|mutation| !self.results.is_proven(&mutation.named()))
                .collect();
            if unproven.is_empty() {
                continue;
            }
            self.bar.now("building what is whole");
            let begun = Instant::now();
            let log = format!("whole {}", target.code());
            let Build::Done(built) = self.cargo.build(target, &log)? else {
                bail!("the sources do not build: {log} in {}", self.cargo.logs.display());
            };
            self.bar.say(&format!(
                "tests of {} built in {} s",
                target.code(),
                begun.elapsed().as_secs()
            ));
            for mutation in unproven {
                let test = (target, mutation.test.as_str());
                let outcome = self.cargo.test(&built, &mutation.package, test, &log)?;
                ensure!(
                    outcome == Outcome::Passed,
                    "{} does not pass though nothing is broken: {outcome:?}",
                    mutation.named()
                );
                self.results.prove(mutation.named())?;
            }
        }
        Ok(())
    }

    /// First every named test, since what is built for one serves the next, then the journey for what passed.
    fn judge_all(&mut self, left: &[&Mutation]) -> Result<()> {
        let mut pace = Pace::new(left.len());
        let mut unnoticed = Vec::new();
        for mutation in left {
            self.bar.now(&format!("{}: {}", mutation.name, pace.tell()));
            let begun = Instant::now();
            let named = self.named(mutation)?;
            if named == Outcome::Passed {
                let told = mutation.named();
                self.bar.say(&format!(
                    "{}: {told} passed; the journey is asked later",
                    mutation.name
                ));
                unnoticed.push(*mutation);
            } else {
                self.put(mutation, begun, verdict(named, mutation.named()), &mut pace)?;
            }
        }
        for mutation in unnoticed {
            self.bar
                .now(&format!("{}: the journey; {}", mutation.name, pace.tell()));
            let begun = Instant::now();
            let verdict = self.journey(mutation)?;
            self.put(mutation, begun, verdict, &mut pace)?;
        }
        Ok(())
    }

    fn put(&mut self, mutation: &Mutation, begun: Instant, verdict: Verdict, pace: &mut Pace) -> Result<()> {
        pace.step();
        let row = Row {
            seconds: begun.elapsed().as_secs(),
            verdict,
        };
        let told = render(&[(mutation.name.clone(), row.clone())]);
        let told = told.lines().next().unwrap_or_default();
        self.bar.say(&format!("{told}; {}", pace.tell()));
        self.results.put(&mutation.name, row)
    }

    fn named(&self, mutation: &Mutation) -> Result<Outcome> {
        let test = (mutation.target, mutation.test.as_str());
        self.tree.broken(mutation, || {
            match self.cargo.build(mutation.target, &mutation.name)? {
                Build::Done(built) => self.cargo.test(&built, &mutation.package, test, &mutation.name),
                Build::Failed => Ok(Outcome::NotBuilt),
            }
        })
    }

    fn journey(&mut self, mutation: &Mutation) -> Result<Verdict> {
        if !self.results.is_journey_proven() {
            let whole = self.cargo.journey("whole journey")?;
            if whole != Outcome::Passed {
                let why = format!("the journey does not pass though nothing is broken: {whole:?}");
                return Ok(Verdict::Unclear { why });
            }
            self.results.prove_journey()?;
        }
        let log = format!("{} journey", mutation.name);
        let outcome = self.tree.broken(mutation, || self.cargo.journey(&log))?;
        Ok(verdict(outcome, format!("e2e {JOURNEY}")))
    }

    fn end(mut self, chosen: &[&Mutation]) -> Result<Vec<(String, Row)>> {
        let mut rows = Vec::new();
        for mutation in chosen {
            let row = self.results.any(&mutation.name);
            let row = row.context("every mutation was judged")?.clone();
            rows.push((mutation.name.clone(), row));
        }
        self.results.complete(&format!("{}\n", render(&rows)))?;
        Ok(rows)
    }
}

fn verdict(outcome: Outcome, by: String) -> Verdict {
    match outcome {
        Outcome::Failed => Verdict::Caught { by },
        Outcome::Passed => Verdict::Survived,
        Outcome::NotBuilt => Verdict::Unclear {
            why: "what is broken does not compile".to_owned(),
        },
        Outcome::Unclear(why) => Verdict::Unclear {
            why: format!("{by}: {why}"),
        },
    }
}

/// The journey starts a broker; its jars were fetched for the workspace and need not be fetched again.
fn lend_broker(sources: &Path, tree: &Path) -> Result<()> {
    let (own, lent) = (sources.join(".run/kafka"), tree.join(".run/kafka"));
    if own.join("libs").exists() && !lent.exists() {
        fs::create_dir_all(tree.join(".run"))?;
        symlink(own, lent)?;
    }
    Ok(())
}
