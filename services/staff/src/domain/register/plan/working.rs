//! The copy of the register that rows are played onto. Each thing remembers the first line of the file that spoke of it,
//! since a later line may repeat an organisation or unit but not contradict it.

use std::collections::HashMap;

use proto::errors::v1::ErrorReason;
use uuid::Uuid;

use super::{Change, ExistingRegister, KeyedRow};
use crate::domain::ids::{OfficeId, OrganisationId, UnitId};
use crate::domain::organisation::{Office, Organisation, OrganisationKey, ProcuredService, Unit, UnitKind};
use crate::domain::register::row::{Row, RowOffice, RowOrganisation, RowUnit};
use crate::domain::register::{RowFault, RowOutcome};
use crate::domain::validity::Validity;

pub(super) type UnitKey = (UnitKind, String);

pub(super) struct Working {
    pub(super) organisations: HashMap<OrganisationKey, Slot<Organisation>>,
    pub(super) units: HashMap<UnitKey, Slot<Unit>>,
    services: HashMap<String, (u32, ProcuredService)>,
    // By unit and office code; an empty code is the row of the unit itself.
    places: HashMap<(UnitKey, String), Place>,
}

pub(super) struct Slot<T> {
    before: Option<T>,
    pub(super) now: T,
    /// The first line of this file that spoke of it.
    pub(super) line: Option<u32>,
}

struct Place {
    line: u32,
    office: Option<RowOffice>,
    validity: Validity,
}

// How much a row did; the strongest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Nothing,
    Changed,
    Created,
}

impl Working {
    pub(super) fn of(existing: ExistingRegister) -> Self {
        let organisations = existing
            .organisations
            .into_iter()
            .filter_map(|it| Some((it.key.clone()?, Slot::stored(it))));
        let units = existing
            .units
            .into_iter()
            .map(|it| ((it.kind, it.number.clone()), Slot::stored(it)));
        Self {
            organisations: organisations.collect(),
            units: units.collect(),
            services: HashMap::new(),
            places: HashMap::new(),
        }
    }

    /// What speaks against the row.
    pub(super) fn check(&self, keyed: &KeyedRow) -> Vec<RowFault> {
        let row = &keyed.row;
        let organisation = self.organisations.get(&keyed.key);
        let mut faults = Vec::new();
        if let Some(slot) = organisation {
            faults.extend(organisation_faults(slot, &row.organisation));
        }
        let known = self.services.get(&row.unit.service.code);
        if let Some((line, _)) = known.filter(|(_, service)| *service != row.unit.service) {
            faults.push(contradiction("procured_service_code", Some(*line)));
        }
        let unit_key = unit_key(row);
        if let Some(slot) = unit_key.as_ref().and_then(|key| self.units.get(key)) {
            if organisation.map(|slot| slot.now.id) != Some(slot.now.organisation) {
                return vec![RowFault::new("unit_number", ErrorReason::KaNumberTaken)];
            }
            faults.extend(unit_faults(slot, &row.unit));
        }
        let place = unit_key.map(|key| (key, office_code(row)));
        if let Some(place) = place.and_then(|place| self.places.get(&place)) {
            faults.push(place.fault_against(row));
        }
        faults
    }

    /// Plays a row that nothing speaks against.
    pub(super) fn apply(
        &mut self,
        keyed: &KeyedRow,
        line: u32,
        fresh_id: &mut dyn FnMut() -> Uuid,
    ) -> RowOutcome {
        let row = &keyed.row;
        let Some(unit_key) = unit_key(row) else {
            return RowOutcome::Unchanged;
        };
        let (organisation, of_organisation) = self.apply_organisation(keyed, line, fresh_id);
        let of_unit = self.apply_unit(&unit_key, organisation, row, line, fresh_id);
        let service = row.unit.service.clone();
        self.services
            .entry(service.code.clone())
            .or_insert((line, service));
        let place = Place {
            line,
            office: row.office.clone(),
            validity: row.validity,
        };
        self.places.insert((unit_key, office_code(row)), place);
        match of_organisation.max(of_unit) {
            Effect::Nothing => RowOutcome::Unchanged,
            Effect::Changed => RowOutcome::Changed,
            Effect::Created => RowOutcome::Created,
        }
    }

    /// A unit that the file describes by its offices alone works as long as they do.
    pub(super) fn settle_validities(&mut self) {
        for (key, slot) in &mut self.units {
            let is_described = self.places.contains_key(&(key.clone(), String::new()));
            let hull = slot
                .now
                .offices
                .iter()
                .map(|office| office.validity)
                .reduce(Validity::hull);
            if let (Some(_), false, Some(hull)) = (slot.line, is_described, hull) {
                slot.now.validity = hull;
            }
        }
    }

    /// What differs from before, in the order of ids so that everybody locks alike.
    pub(super) fn into_changes(self) -> (Vec<Change<Organisation>>, Vec<Change<Unit>>) {
        let mut organisations: Vec<_> = self
            .organisations
            .into_values()
            .filter_map(Slot::into_change)
            .collect();
        let mut units: Vec<_> = self.units.into_values().filter_map(Slot::into_change).collect();
        organisations.sort_unstable_by_key(|change| change.after.id);
        units.sort_unstable_by_key(|change| change.after.id);
        (organisations, units)
    }

    fn apply_organisation(
        &mut self,
        keyed: &KeyedRow,
        line: u32,
        fresh_id: &mut dyn FnMut() -> Uuid,
    ) -> (OrganisationId, Effect) {
        let said = &keyed.row.organisation;
        if let Some(slot) = self.organisations.get_mut(&keyed.key) {
            let is_same = slot.now.name == said.name && slot.now.is_training == said.is_training;
            slot.now.name.clone_from(&said.name);
            slot.now.is_training = said.is_training;
            slot.line.get_or_insert(line);
            return (
                slot.now.id,
                if is_same { Effect::Nothing } else { Effect::Changed },
            );
        }
        let organisation = Organisation {
            id: OrganisationId::from_uuid(fresh_id()),
            kind: said.kind,
            name: said.name.clone(),
            key: Some(keyed.key.clone()),
            is_training: said.is_training,
        };
        let id = organisation.id;
        self.organisations
            .insert(keyed.key.clone(), Slot::fresh(organisation, line));
        (id, Effect::Created)
    }

    fn apply_unit(
        &mut self,
        key: &UnitKey,
        organisation: OrganisationId,
        row: &Row,
        line: u32,
        fresh_id: &mut dyn FnMut() -> Uuid,
    ) -> Effect {
        let Some(slot) = self.units.get_mut(key) else {
            let unit = fresh_unit(key, organisation, row, fresh_id);
            self.units.insert(key.clone(), Slot::fresh(unit, line));
            return Effect::Created;
        };
        slot.line.get_or_insert(line);
        let unit = &mut slot.now;
        let is_same = unit.name == row.unit.name && unit.service == row.unit.service;
        unit.name.clone_from(&row.unit.name);
        unit.service = row.unit.service.clone();
        let of_unit = if is_same { Effect::Nothing } else { Effect::Changed };
        of_unit.max(apply_place(unit, row, fresh_id))
    }
}

impl<T: Clone + PartialEq> Slot<T> {
    fn stored(stored: T) -> Self {
        Self {
            before: Some(stored.clone()),
            now: stored,
            line: None,
        }
    }

    fn fresh(fresh: T, line: u32) -> Self {
        Self {
            before: None,
            now: fresh,
            line: Some(line),
        }
    }

    fn into_change(self) -> Option<Change<T>> {
        if self.before.as_ref() == Some(&self.now) {
            None
        } else {
            Some(Change {
                before: self.before,
                after: self.now,
            })
        }
    }
}

impl Place {
    fn fault_against(&self, row: &Row) -> RowFault {
        if self.office == row.office && self.validity == row.validity {
            return RowFault::against("", ErrorReason::FileRowDuplicate, self.line);
        }
        if self.validity == row.validity {
            return contradiction("office_code", Some(self.line));
        }
        if self.validity.overlaps(row.validity) {
            return RowFault::against("valid_from", ErrorReason::ValidityOverlaps, self.line);
        }
        RowFault::against("office_code", ErrorReason::FileRowDuplicate, self.line)
    }
}

fn apply_place(unit: &mut Unit, row: &Row, fresh_id: &mut dyn FnMut() -> Uuid) -> Effect {
    let Some(said) = &row.office else {
        let is_same = unit.validity == row.validity;
        unit.validity = row.validity;
        return if is_same { Effect::Nothing } else { Effect::Changed };
    };
    match unit
        .offices
        .binary_search_by(|office| office.code.cmp(&said.code))
    {
        Ok(found) => {
            let wanted = said.to_office(unit.offices[found].id, row.validity);
            let is_same = unit.offices[found] == wanted;
            unit.offices[found] = wanted;
            if is_same { Effect::Nothing } else { Effect::Changed }
        }
        Err(place) => {
            unit.offices.insert(
                place,
                said.to_office(OfficeId::from_uuid(fresh_id()), row.validity),
            );
            Effect::Created
        }
    }
}

fn fresh_unit(
    key: &UnitKey,
    organisation: OrganisationId,
    row: &Row,
    fresh_id: &mut dyn FnMut() -> Uuid,
) -> Unit {
    let id = UnitId::from_uuid(fresh_id());
    let office = row
        .office
        .as_ref()
        .map(|said| said.to_office(OfficeId::from_uuid(fresh_id()), row.validity));
    Unit {
        id,
        organisation,
        kind: key.0,
        number: key.1.clone(),
        name: row.unit.name.clone(),
        service: row.unit.service.clone(),
        validity: row.validity,
        offices: office.into_iter().collect(),
    }
}

// The kind is never changed; name and training flag may, but not twice in one file.
fn organisation_faults(slot: &Slot<Organisation>, said: &RowOrganisation) -> Vec<RowFault> {
    let mut faults = Vec::new();
    if slot.now.kind != said.kind {
        faults.push(contradiction("organisation_kind", slot.line));
    }
    if slot.line.is_some() && slot.now.name != said.name {
        faults.push(contradiction("organisation_name", slot.line));
    }
    if slot.line.is_some() && slot.now.is_training != said.is_training {
        faults.push(contradiction("training", slot.line));
    }
    faults
}

fn unit_faults(slot: &Slot<Unit>, said: &RowUnit) -> Vec<RowFault> {
    let mut faults = Vec::new();
    if slot.line.is_some() && slot.now.name != said.name {
        faults.push(contradiction("unit_name", slot.line));
    }
    if slot.line.is_some() && slot.now.service.code != said.service.code {
        faults.push(contradiction("procured_service_code", slot.line));
    }
    faults
}

fn contradiction(column: &'static str, line: Option<u32>) -> RowFault {
    RowFault {
        column,
        reason: ErrorReason::FileRowContradicts,
        line,
    }
}

fn unit_key(row: &Row) -> Option<UnitKey> {
    row.organisation
        .kind
        .unit_kind()
        .map(|kind| (kind, row.unit.number.clone()))
}

fn office_code(row: &Row) -> String {
    row.office
        .as_ref()
        .map(|office| office.code.clone())
        .unwrap_or_default()
}

impl RowOffice {
    fn to_office(&self, id: OfficeId, validity: Validity) -> Office {
        Office {
            id,
            code: self.code.clone(),
            name: self.name.clone(),
            street_address: self.street_address.clone(),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            validity,
        }
    }
}
