-- Indexes that hold all by which a list is narrowed, so that a page of an organisation with a hundred thousand placements
-- is found without reading them.
create index placements_of_organisation on placements (organisation_id, status, placement_id desc)
    include (unit_id, office_id, supervisor_account_id);
drop index placements_by_organisation;

create index placements_of_unit on placements (unit_id, status, placement_id desc)
    include (organisation_id, office_id, supervisor_account_id);
drop index placements_by_unit;

create index placements_of_case on placements (organisation_id, case_reference text_pattern_ops)
    include (placement_id, status, unit_id, office_id, supervisor_account_id);
drop index placements_by_case;

create index placements_to_receive on placements (organisation_id, placement_id desc) include (unit_id, office_id)
    where status in ('received', 'assigned') or (status = 'interrupted_before_start' and removed_at is null);
drop index placements_in_inbox;
