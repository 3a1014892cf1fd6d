create index placements_to_receive on placements (organisation_id, placement_id desc) include (unit_id, office_id)
    where status in ('received', 'assigned') or (status = 'interrupted_before_start' and removed_at is null);
