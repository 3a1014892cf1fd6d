//! Generated files are as committed.

use anyhow::{Context, Result};
use devstack::{manifests, topics};
use support::topics::TopicList;

#[test]
fn the_committed_manifests_are_what_would_be_generated() -> Result<()> {
    for manifest in manifests::generate(&TopicList::committed()?)? {
        let committed = std::fs::read_to_string(&manifest.path).context("run `devstack manifests`")?;
        assert_eq!(
            committed,
            manifest.content,
            "{} is stale: run `devstack manifests`",
            manifest.path.display()
        );
    }
    Ok(())
}

#[test]
fn every_topic_is_printed_with_who_writes_and_who_reads() -> Result<()> {
    let mut printed = Vec::new();
    topics::print(&mut printed)?;
    let printed = String::from_utf8(printed)?;
    assert_eq!(printed.lines().count(), TopicList::committed()?.topics.len());
    assert!(printed.contains("identity -> participants consent"), "{printed}");
    Ok(())
}
