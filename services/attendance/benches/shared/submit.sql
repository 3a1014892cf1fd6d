-- Two organisations with a unit and 10,000 placements each, at work in February 2026 under a plan of two activities.
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable as
    $$ select (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

insert into organisations (organisation_id, is_training) select pg_temp.id('0a', n), false from generate_series(0, 1) n;

insert into units (unit_id, organisation_id, number, rule_set)
select pg_temp.id('0b', n), pg_temp.id('0a', n), 'KA' || n, 'cooperation_history' from generate_series(0, 1) n;

insert into placements (placement_id, person_id, case_reference, organisation_id, unit_id, decided_from, decided_to, status)
select pg_temp.id('0d', n), pg_temp.id('0c', n), 'AF-' || n, pg_temp.id('0a', n / 10000), pg_temp.id('0b', n / 10000),
    '2026-01-12', '2026-06-30', 'active'
from generate_series(0, 19999) n;

insert into sent_plans (document_id, placement_id, version, sent_at, in_force_from, activity_codes, valid_from, valid_to)
select pg_temp.id('0f', n), pg_temp.id('0d', n), 1, '2026-01-12 12:00:00Z', '2026-01-12', array['VAGLEDNING', 'WORKSHOP'],
    array[date '2026-01-12', '2026-01-12'], array[date '2026-06-30', '2026-06-30']
from generate_series(0, 19999) n;
