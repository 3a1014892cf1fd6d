create index placements_at_work on placements (organisation_id, last_day)
    include (placement_id, unit_id, office_id, decided_from);
