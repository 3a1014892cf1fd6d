//! `devstack topics`: the list of topics as a table.

use std::io::Write;

use anyhow::Result;
use support::topics::{Kind, TopicList};

/// Prints name, kind, producers and consumers of every topic.
pub fn print(out: &mut impl Write) -> Result<()> {
    let list = TopicList::committed()?;
    let width = list
        .topics
        .iter()
        .map(|topic| topic.name.len())
        .max()
        .unwrap_or(0);
    for topic in &list.topics {
        let kind = match topic.kind {
            Kind::State => "state",
            Kind::Log => "log",
        };
        let (producers, consumers) = (topic.producers.join(" "), topic.consumers.join(" "));
        writeln!(
            out,
            "{:<width$}  {kind:<5}  {producers} -> {consumers}",
            topic.name
        )?;
    }
    Ok(())
}
