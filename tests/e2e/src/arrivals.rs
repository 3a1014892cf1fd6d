//! What arrived at the receivers, as rows that can be compared with the expected ones.

use anyhow::{Context as _, Result};
use expected::Row;
use journey::receivers::Arrived;
use journey::{Places, Receivers};
use proto::types::v1::Recipient;

const RECIPIENTS: [(Recipient, &str); 2] = [(Recipient::Esf, "ESF"), (Recipient::Scb, "SCB")];

/// A row of a byte stream. One that came twice is there twice, whatever the receiver made of it.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub row: Row,
    /// Whether it was stored, accepted and not replaced.
    pub counts: bool,
}

/// Every row of every byte stream at both, sorted.
pub async fn arrivals(places: &Places) -> Result<Vec<Arrival>> {
    let receivers = Receivers::new(&places.receivers);
    let mut arrivals = Vec::new();
    for (recipient, name) in RECIPIENTS {
        for arrived in receivers.rows(recipient).await? {
            arrivals.push(arrival(name, &arrived)?);
        }
    }
    arrivals.sort_by(|left, right| left.row.cmp(&right.row));
    Ok(arrivals)
}

fn arrival(recipient: &str, arrived: &Arrived) -> Result<Arrival> {
    let row = &arrived.row;
    Ok(Arrival {
        counts: arrived.outcome == "stored" && arrived.accepted == Some(true) && arrived.counts,
        row: Row {
            recipient: recipient.to_owned(),
            personal_number: row.personal_number.clone(),
            placement_start: row.placement_start,
            placement_end: row.placement_end,
            month: row.month.clone(),
            ka_number: row.ka_number.clone(),
            hours: row.hours.as_u64().context("whole hours")?.try_into()?,
            revision: row.revision,
        },
    })
}
