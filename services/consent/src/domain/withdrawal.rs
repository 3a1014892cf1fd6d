//! What a withdrawal answers: which months the recipient has or may have, and which may still arrive.

use std::collections::BTreeSet;

use super::ids::PlacementId;
use super::month::Month;
use super::sending::Whereabouts;

/// A month of a placement.
pub type PlacementMonth = (Month, PlacementId);

/// A row of the person that was sent to the recipient, or tried to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentRow {
    pub month: PlacementMonth,
    pub whereabouts: Whereabouts,
}

/// What is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Months that the recipient has, or may have.
    pub already_sent: BTreeSet<PlacementMonth>,
    /// Months whose sending had begun and is still valid.
    pub in_transfer: BTreeSet<PlacementMonth>,
}

/// What the rows sent before come to. A month can be both: an earlier revision has arrived, a later one is on its way.
pub fn told(rows: &[SentRow]) -> Told {
    let mut told = Told::default();
    for row in rows {
        match row.whereabouts {
            Whereabouts::InTransfer => told.in_transfer.insert(row.month),
            Whereabouts::Sent | Whereabouts::PossiblySent => told.already_sent.insert(row.month),
            Whereabouts::NotArrived => false,
        };
    }
    told
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(month: i32, whereabouts: Whereabouts) -> SentRow {
        let placement = PlacementId::from_uuid(Uuid::from_u128(2));
        SentRow {
            month: (Month::new(2026, month).unwrap(), placement),
            whereabouts,
        }
    }

    #[test]
    fn what_may_have_arrived_counts_as_sent_and_what_failed_does_not() {
        let rows = [
            row(1, Whereabouts::Sent),
            row(2, Whereabouts::PossiblySent),
            row(3, Whereabouts::InTransfer),
            row(4, Whereabouts::NotArrived),
        ];
        let told = told(&rows);
        let months =
            |of: &BTreeSet<PlacementMonth>| of.iter().map(|(month, _)| month.to_string()).collect::<Vec<_>>();
        assert_eq!(months(&told.already_sent), ["2026-01", "2026-02"]);
        assert_eq!(months(&told.in_transfer), ["2026-03"]);
    }

    #[test]
    fn a_month_of_many_attempts_is_told_once_each_way() {
        let rows = [
            row(1, Whereabouts::NotArrived),
            row(1, Whereabouts::Sent),
            row(1, Whereabouts::Sent),
            row(1, Whereabouts::InTransfer),
        ];
        let told = told(&rows);
        assert_eq!((told.already_sent.len(), told.in_transfer.len()), (1, 1));
    }
}
