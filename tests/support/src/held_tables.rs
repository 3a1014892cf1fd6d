//! What the tables of a service hold of people: each is in the stream of `ExportSubject`, or left out for a reason that
//! somebody wrote down. A new table is neither, and fails the service's test until it is.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sqlx::{Connection as _, PgConnection};

/// Tables of the platform, which are in no stream, and why.
const OF_THE_PLATFORM: [(&str, &str); 16] = [
    (
        "platform.access_days",
        "which reads were told of, for two days; the reads themselves are in the person's access log",
    ),
    (
        "platform.audit_lines",
        "evidence of who did what, by ids; what was done is in the records it was done to, reads are in the access log",
    ),
    ("platform.audit_seals", "hashes"),
    ("platform.audit_unsealed", "numbers of lines"),
    ("platform.consumed_offsets", "places in topics"),
    (
        "platform.consumed_revisions",
        "ids and revisions of records that were heard",
    ),
    ("platform.epoch", "one number"),
    ("platform.inbox", "ids of records that were heard"),
    ("platform.jobs", "what is due when, by ids, until it is done"),
    (
        "platform.outbox",
        "records on their way, of what is in the service's own tables",
    ),
    (
        "platform.parked_records",
        "sealed bytes of records that could not be read, of what their sender holds",
    ),
    (
        "platform.requests",
        "answers kept for 24 hours, of what is in the service's own tables",
    ),
    ("platform.revisions", "ids and numbers of records"),
    ("platform.ring_keys", "keys"),
    (
        "platform.upload_chunks",
        "sealed files, deleted when they were used or after 24 hours",
    ),
    ("platform.uploads", "whose files those are"),
];

/// Fails if a table is named nowhere, named twice, or not there.
pub async fn check_tables(owner_url: &str, exported: &[&str], left_out: &[(&str, &str)]) -> Result<()> {
    let mut owner = PgConnection::connect(owner_url).await?;
    let found: Vec<String> = sqlx::query_scalar(
        "select case nspname when 'public' then relname::text else nspname || '.' || relname end
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'p') and not relispartition and relname <> '_sqlx_migrations'
            and nspname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut owner)
    .await?;
    let named = exported.iter().copied();
    let left_out = OF_THE_PLATFORM.iter().chain(left_out).map(|(table, _)| *table);
    let wrong = compare(&found, named.chain(left_out));
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn compare<'t>(found: &[String], named: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for table in named {
        *times.entry(table).or_default() += 1;
    }
    let unnamed = found
        .iter()
        .filter(|table| !times.contains_key(table.as_str()))
        .map(|table| format!("{table} is neither exported nor left out for a reason"));
    let others = times.iter().filter_map(|(table, times)| {
        let is_there = found.iter().any(|found| found == table);
        match (is_there, times) {
            (true, 1) => None,
            (true, _) => Some(format!("{table} is named twice")),
            (false, _) => Some(format!("{table} does not exist")),
        }
    });
    unnamed.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_named_once() {
        let found = ["consents", "parts"].map(str::to_owned);
        assert!(compare(&found, ["consents", "parts"].into_iter()).is_empty());
        for (named, expected) in [
            (
                &["consents"][..],
                "parts is neither exported nor left out for a reason",
            ),
            (&["consents", "parts", "parts"], "parts is named twice"),
            (&["consents", "parts", "rows"], "rows does not exist"),
        ] {
            assert_eq!(compare(&found, named.iter().copied()), [expected]);
        }
    }
}
