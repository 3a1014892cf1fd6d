create index placements_of_unit on placements (unit_id, status, placement_id desc)
    include (organisation_id, office_id, supervisor_account_id);
