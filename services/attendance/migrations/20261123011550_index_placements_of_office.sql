create index placements_of_office on placements (office_id, placement_id) where office_id is not null;
