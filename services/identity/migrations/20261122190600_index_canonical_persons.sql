-- Aliases and the number of a person are found by the id that goes on.
create index persons_by_canonical on persons ((coalesce(merged_into, person_id)));
