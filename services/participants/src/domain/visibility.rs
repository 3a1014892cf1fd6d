//! Who sees which placement. What is not seen does not exist for the viewer.

use jiff::civil::Date;
use platform::auth::AccountGrant;

use super::decision::Place;
use super::ids::{OfficeId, OrganisationId, UnitId};
use super::placement::{Placement, Status};

/// Somebody who looks at placements, with what they may.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Staff of an organisation, within the units and offices of their account.
    Staff(StaffViewer),
    /// A system of an organisation: what `report_and_plan` may in all of it.
    Supplier(OrganisationId),
    /// A system of the agency, which decided on every placement.
    Agency,
}

/// Staff, by the permissions that matter here. Those who only administer permissions see nobody.
#[derive(Clone, Debug)]
pub struct StaffViewer {
    pub organisation: OrganisationId,
    pub receives: bool,
    pub reports: bool,
    pub grant: AccountGrant,
}

impl Viewer {
    /// Whether a placement exists for the viewer.
    pub fn sees(&self, placement: &Placement, today: Date) -> bool {
        match self {
            Self::Agency => true,
            Self::Supplier(_) => self.reports_on(placement),
            Self::Staff(staff) => {
                self.reports_on(placement)
                    || (staff.receives && staff.covers(placement) && placement.is_in_inbox(today))
            }
        }
    }

    /// Whether the viewer plans with the participant and reports.
    pub fn reports_on(&self, placement: &Placement) -> bool {
        match self {
            Self::Agency => false,
            Self::Supplier(organisation) => placement.current.value.place.organisation == *organisation,
            Self::Staff(staff) => staff.reports && staff.covers(placement),
        }
    }
}

impl StaffViewer {
    /// Whether the viewer may ask for the placement to be taken out of the inbox: it is there, or was taken out before, so
    /// that the same again finds it.
    pub fn may_remove(&self, placement: &Placement, today: Date) -> bool {
        let is_known = self.reports
            || placement.is_in_inbox(today)
            || placement.status(today) == Status::InterruptedBeforeStart;
        is_known && self.covers(placement)
    }

    /// Whether the placement lies in the units and offices of the account.
    pub fn covers(&self, placement: &Placement) -> bool {
        let place = placement.current.value.place;
        place.organisation == self.organisation && is_covered(&self.grant, place)
    }
}

/// Whether an account's scope holds a place. One confined to named offices does not hold a unit without an office.
pub fn is_covered(grant: &AccountGrant, place: Place) -> bool {
    let office = place.office.map(OfficeId::as_uuid);
    grant.covers(UnitId::as_uuid(place.unit), office)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use platform::auth::{Offices, OrganisationKind, Scope, UnitScope};
    use uuid::Uuid;

    use super::*;
    use crate::domain::decision::{Assignment, Content, Decision, Register};
    use crate::domain::facts::samples::facts;
    use crate::domain::ids::{AccountId, PersonId, PlacementId};
    use crate::domain::period::Period;
    use crate::domain::reference::{CaseReference, DecisionId};

    const TODAY: &str = "2026-03-02";

    fn today() -> Date {
        TODAY.parse().unwrap()
    }

    fn placement(office: Option<u128>) -> Placement {
        let assignment = Assignment {
            person: PersonId::from_uuid(Uuid::from_u128(1)),
            place: Place {
                organisation: OrganisationId::from_uuid(Uuid::from_u128(2)),
                unit: UnitId::from_uuid(Uuid::from_u128(3)),
                office: office.map(|id| OfficeId::from_uuid(Uuid::from_u128(id))),
            },
            period: Period::parse(today(), today()).unwrap(),
            is_protected: false,
            facts: facts("Skenart"),
        };
        let decision = Decision {
            id: DecisionId::parse("B-1").unwrap(),
            case: CaseReference::parse("A-1").unwrap(),
            sequence: 1,
            content: Content::New(assignment),
        };
        Placement::begin(
            PlacementId::from_uuid(Uuid::from_u128(9)),
            &decision,
            Timestamp::UNIX_EPOCH,
        )
        .unwrap()
    }

    fn staff(organisation: u128, (receives, reports): (bool, bool), offices: Offices) -> Viewer {
        let unit_id = Uuid::from_u128(3);
        let grant = AccountGrant {
            account_id: Uuid::from_u128(7),
            person_id: Uuid::from_u128(8),
            organisation_id: Uuid::from_u128(organisation),
            organisation_kind: OrganisationKind::Provider,
            permissions: Arc::new([]),
            scope: Arc::new(Scope::of(vec![UnitScope { unit_id, offices }])),
        };
        Viewer::Staff(StaffViewer {
            organisation: OrganisationId::from_uuid(Uuid::from_u128(organisation)),
            receives,
            reports,
            grant,
        })
    }

    #[test]
    fn who_sees_what_is_new_under_way_or_broken_off() {
        let new = placement(None);
        let mut under_way = placement(None);
        under_way.supervisor = Some(AccountId::from_uuid(Uuid::from_u128(7)));
        let broken_off = placement(None).interrupt(Register::new(2, today()));
        let removed = broken_off.clone().remove(Timestamp::UNIX_EPOCH, today()).unwrap();
        let all = [&new, &under_way, &broken_off, &removed];
        for (viewer, expected) in [
            (staff(2, (false, false), Offices::All), [false; 4]),
            (staff(2, (true, false), Offices::All), [true, false, true, false]),
            (staff(2, (false, true), Offices::All), [true; 4]),
            (staff(2, (true, true), Offices::All), [true; 4]),
            (staff(5, (true, true), Offices::All), [false; 4]),
            (
                Viewer::Supplier(OrganisationId::from_uuid(Uuid::from_u128(2))),
                [true; 4],
            ),
            (
                Viewer::Supplier(OrganisationId::from_uuid(Uuid::from_u128(5))),
                [false; 4],
            ),
            (Viewer::Agency, [true; 4]),
        ] {
            assert_eq!(all.map(|it| viewer.sees(it, today())), expected, "{viewer:?}");
        }
    }

    #[test]
    fn named_offices_hold_neither_others_nor_a_unit_without_one() {
        let named = Offices::Named(vec![Uuid::from_u128(4)]);
        let viewer = staff(2, (true, true), named);
        let seen = [Some(4), Some(5), None].map(|office| viewer.sees(&placement(office), today()));
        assert_eq!(seen, [true, false, false]);
    }

    #[test]
    fn the_agency_does_not_report() {
        assert!(!Viewer::Agency.reports_on(&placement(None)));
    }
}
