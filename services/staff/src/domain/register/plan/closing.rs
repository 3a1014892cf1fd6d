//! Closing what the file does not name any more. What a refused line names is left alone, and a line nobody can read
//! might name anything: then nothing is closed.

use std::collections::HashSet;

use jiff::civil::Date;

use super::ReadRow;
use super::working::Working;
use crate::domain::ids::{OfficeId, OrganisationId, UnitId};

struct Named<'a> {
    units: HashSet<&'a str>,
    offices: HashSet<(&'a str, &'a str)>,
}

/// Closes units and offices from a day; returns those that this changed.
pub(super) fn close_missing(
    working: &mut Working,
    rows: &[ReadRow],
    day: Date,
) -> (Vec<UnitId>, Vec<OfficeId>) {
    let Some(named) = Named::by(rows) else {
        return (Vec::new(), Vec::new());
    };
    let concerned: HashSet<OrganisationId> = working
        .organisations
        .values()
        .filter(|slot| slot.line.is_some())
        .map(|slot| slot.now.id)
        .collect();
    let mut closed = (Vec::new(), Vec::new());
    for slot in working
        .units
        .values_mut()
        .filter(|slot| concerned.contains(&slot.now.organisation))
    {
        let unit = &mut slot.now;
        if !named.units.contains(unit.number.as_str()) && unit.validity != unit.validity.closed_from(day) {
            unit.validity = unit.validity.closed_from(day);
            closed.0.push(unit.id);
        }
        for office in &mut unit.offices {
            let is_named = named
                .offices
                .contains(&(unit.number.as_str(), office.code.as_str()));
            if !is_named && office.validity != office.validity.closed_from(day) {
                office.validity = office.validity.closed_from(day);
                closed.1.push(office.id);
            }
        }
    }
    closed.0.sort_unstable();
    closed.1.sort_unstable();
    closed
}

impl<'a> Named<'a> {
    fn by(rows: &'a [ReadRow]) -> Option<Self> {
        let mentions = rows
            .iter()
            .map(|row| row.mention.as_ref())
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            units: mentions
                .iter()
                .map(|mention| mention.unit_number.as_str())
                .collect(),
            offices: mentions
                .iter()
                .map(|it| (it.unit_number.as_str(), it.office_code.as_str()))
                .collect(),
        })
    }
}
