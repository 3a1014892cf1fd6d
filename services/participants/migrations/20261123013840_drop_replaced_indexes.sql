drop index placements_by_organisation;
drop index placements_by_unit;
drop index placements_by_case;
drop index placements_in_inbox;
