-- Two organisations with a unit and 10,000 placements each, at work in February 2026 under a plan of two activities; and a
-- third with 20,000, whose January is reported: nobody's tables are empty when a month is submitted.
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable as
    $$ select (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

insert into organisations (organisation_id, is_training) select pg_temp.id('0a', n), false from generate_series(0, 2) n;

insert into units (unit_id, organisation_id, number, rule_set)
select pg_temp.id('0b', n), pg_temp.id('0a', n), 'KA' || n, 'cooperation_history' from generate_series(0, 2) n;

insert into placements (placement_id, person_id, case_reference, organisation_id, unit_id, decided_from, decided_to, status)
select pg_temp.id('0d', n), pg_temp.id('0c', n), 'AF-' || n, pg_temp.id('0a', least(n / 10000, 2)), pg_temp.id('0b', least(n / 10000, 2)),
    '2026-01-12', '2026-06-30', 'active'
from generate_series(0, 39999) n;

insert into sent_plans (document_id, placement_id, version, sent_at, in_force_from, activity_codes, valid_from, valid_to)
select pg_temp.id('0f', n), pg_temp.id('0d', n), 1, '2026-01-12 12:00:00Z', '2026-01-12', array['VAGLEDNING', 'WORKSHOP'],
    array[date '2026-01-12', '2026-01-12'], array[date '2026-06-30', '2026-06-30']
from generate_series(0, 39999) n;

create temp table reported as select n, n - 20000 as id from generate_series(20000, 39999) n;

insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set, etag,
    latest_revision, revision_epoch, revision_n, status)
select pg_temp.id('1e', id), pg_temp.id('0d', n), '2026-01-01', pg_temp.id('0c', n), pg_temp.id('0a', 2), pg_temp.id('0b', 2),
    'cooperation_history', 2, 1, 1, 1, 'approved'
from reported;

insert into month_revisions (month_report_id, revision, content_hash, canonical, credited_minutes, submitted_at, answer_before)
select pg_temp.id('1e', id), 1, sha256(int8send(id)), convert_to(repeat('2026-01-12 VAGLEDNING 180 180' || chr(10), 30), 'UTF8'),
    5040, '2026-02-05 12:00:00Z', '2026-05-06 22:00:00Z'
from reported;

insert into month_answers (month_report_id, revision, answer, answered_at, signature_id, first_shown_at)
select pg_temp.id('1e', id), 1, 'approved', '2026-02-08 12:00:00Z', pg_temp.id('10', id), '2026-02-08 11:59:00Z'
from reported;

insert into month_days (month, month_report_id, revision, day, activity_codes, minutes, credited, credited_minutes,
    cap_minutes, period_from, period_to)
select '2026-01-01', pg_temp.id('1e', id), 1, day, array['VAGLEDNING', 'WORKSHOP'], array[180, 180], array[180, 180], 360, 480,
    '2026-01-12', '2026-01-31'
from reported, working_days where day >= '2026-01-12' and day < '2026-02-01';
