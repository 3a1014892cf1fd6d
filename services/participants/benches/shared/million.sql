-- What stands beside the placements: units, a plan for every second placement, two reads of each person and a thousand of
-- some. Foreign keys hold by construction.
set session_replication_role = replica;
set synchronous_commit = off;
set maintenance_work_mem = '1GB';
set work_mem = '256MB';

create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable parallel safe as
    $$ select (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

insert into units (unit_id, organisation_id, ka_number, documents_online, valid_from)
select pg_temp.id('0b', n), pg_temp.id('0a', case when n < 400 then 0 when n < 1200 then 1 + (n - 400) / 80
    else 11 + (n - 1200) / 4 end), 'KA' || 1000 + n, n % 2 = 0, '2020-01-01'
from generate_series(0, 3999) n;

insert into joint_plans (document_id, placement_id, version, content, sent_at, sent_by_account_id)
select pg_temp.id('0f', n), pg_temp.id('0d', n * 2), 1, '{"form": "meeting", "made_on": "2026-01-12", "activities": [{"code":
    "WORKSHOP", "days": {"first": "2026-01-12", "last": "2026-06-30"}}], "in_force_from": "2026-01-12"}',
    '2026-01-12 12:00:00Z', pg_temp.id('13', n % 20000)
from generate_series(0, 499999) n;

insert into accesses (access_id, person_id, organisation_id, role, purpose, data_kind, read_at)
select pg_temp.id('14', n), pg_temp.id('0c', case when n % 10 = 0 then 900000 + n % 1000 else n % 1000000 end),
    pg_temp.id('0a', n % 711), 'provider_staff', 'report_and_plan', 'placement', timestamptz '2026-01-01' + n * interval '1 s'
from generate_series(0, 1999999) n;
