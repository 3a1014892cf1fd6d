create index placements_of_case on placements (organisation_id, case_reference text_pattern_ops)
    include (placement_id, status, unit_id, office_id, supervisor_account_id);
