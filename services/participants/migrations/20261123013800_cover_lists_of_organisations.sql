-- Indexes that hold all by which a list is narrowed, so that a page of an organisation with a hundred thousand placements
-- is found without reading them. Each is built in a transaction of its own, in which nobody writes placements; those that
-- they replace go when all of them are there.
create index placements_of_organisation on placements (organisation_id, status, placement_id desc)
    include (unit_id, office_id, supervisor_account_id);
