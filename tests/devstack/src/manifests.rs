//! `devstack manifests`: the KafkaTopic resources of `k8s/kafka/topics`, generated from the list of topics for Strimzi.
//! The files are committed; a test fails when they differ from what would be generated.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;
use support::files;
use support::topics::{Setting, Topic, TopicList};

const CLUSTER: &str = "deltaga";
/// A record is kept by three brokers and acknowledged by two, so that one may be away.
const COPIES: u8 = 3;
const ACKNOWLEDGED_COPIES: u8 = 2;

/// One generated file.
pub struct Manifest {
    pub path: PathBuf,
    pub content: String,
}

/// Writes the generated files into the workspace.
pub fn write() -> Result<()> {
    for manifest in generate(&TopicList::committed()?)? {
        files::replace_with_mode(&manifest.path, &manifest.content, 0o644)?;
    }
    Ok(())
}

/// What the files should hold.
pub fn generate(list: &TopicList) -> Result<Vec<Manifest>> {
    let folder = files::workspace_root().join("k8s/kafka/topics");
    let mut content = header();
    for topic in &list.topics {
        write_topic(&mut content, list, topic)?;
    }
    let kustomization = format!(
        "{}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - topics.yaml\n",
        header()
    );
    Ok(vec![
        Manifest {
            path: folder.join("topics.yaml"),
            content,
        },
        Manifest {
            path: folder.join("kustomization.yaml"),
            content: kustomization,
        },
    ])
}

fn header() -> String {
    "# Generated from deploy/kafka/topics.yaml by `devstack manifests`; change that file instead.\n"
        .to_owned()
}

fn write_topic(out: &mut String, list: &TopicList, topic: &Topic) -> Result<()> {
    writeln!(out, "---\n# {}", topic.about)?;
    writeln!(out, "apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic")?;
    writeln!(
        out,
        "metadata:\n  name: {}\n  labels:\n    strimzi.io/cluster: {CLUSTER}",
        topic.name
    )?;
    writeln!(
        out,
        "spec:\n  partitions: {}\n  replicas: {COPIES}\n  config:",
        list.partitions
    )?;
    for (key, value) in list.settings(topic.kind) {
        writeln!(out, "    {key}: {}", quoted(value))?;
    }
    writeln!(out, "    min.insync.replicas: {ACKNOWLEDGED_COPIES}")?;
    Ok(())
}

fn quoted(setting: &Setting) -> String {
    match setting {
        Setting::Number(number) => number.to_string(),
        Setting::Word(word) => format!("\"{word}\""),
    }
}
