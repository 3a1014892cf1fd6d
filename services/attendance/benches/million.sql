-- A million placements of 711 organisations, one of which has a tenth of them, and two months of reports with ten million
-- day rows. Run once by the superuser in a migrated database that holds the working days and the catalogue; foreign keys
-- hold by construction. Ids rise with time, as real ones do; neighbours in time belong to different organisations.
set session_replication_role = replica;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
set work_mem = '256MB';

create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable parallel safe as
    $$ select (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

-- A number below `below` that looks like chance.
create function pg_temp.part(n bigint, salt bigint, below bigint) returns bigint language sql immutable parallel safe as
    $$ select abs(hashint8extended(n, salt) % below) $$;

insert into organisations (organisation_id, is_training)
select pg_temp.id('0a', n), n = 710 from generate_series(0, 710) n;

create temp table made as
select n, started,
    case when n % 10 = 0 then 0 when n % 10 < 3 then 1 + n / 10 % 10 else 11 + (n / 10 * 7 + n % 10 - 3) % 700 end
        as organisation,
    case when n % 10 = 0 then n / 10 % 400 when n % 10 < 3 then 400 + n / 10 % 10 * 80 + n / 100 % 80
        else 1200 + (n / 10 * 7 + n % 10 - 3) % 700 * 4 + n / 7 % 4 end as unit,
    started + 182 as ended, case when (n / 10 + n / 4000) % 50 = 7 then started + 60 end as interrupted
from generate_series(0, 999999) n,
    lateral (select (date '2024-07-01' + make_interval(months => (n / 50000)::integer))::date + (n % 25)::integer) it (started);

insert into units (unit_id, organisation_id, number, rule_set)
select pg_temp.id('0b', unit), pg_temp.id('0a', min(organisation)), 'KA' || unit, 'cooperation_history'
from made group by unit;

insert into placements (placement_id, person_id, case_reference, organisation_id, unit_id, office_id, decided_from,
    decided_to, interrupted_on, status)
select pg_temp.id('0d', n), pg_temp.id('0c', n), 'AF-' || extract(year from started) || '-' || lpad(n::text, 7, '0'),
    pg_temp.id('0a', organisation), pg_temp.id('0b', unit), null, started, ended, interrupted,
    case when interrupted is not null then 'interrupted' when ended < date '2026-03-10' then 'ended' else 'active' end
from made order by n;

insert into sent_plans (document_id, placement_id, version, sent_at, in_force_from, activity_codes, valid_from, valid_to)
select pg_temp.id('0f', n), pg_temp.id('0d', n), 1, started::timestamptz, started, array['VAGLEDNING', 'WORKSHOP'],
    array[started, started], array[ended, ended]
from made order by n;

-- Of five placements at work in a month, four have reported; of the fifth, half have a draft.
create temp table reported as
select row_number() over (order by month, n) as id, made.*, month, pg_temp.part(n, 0, 1000) as share, pg_temp.part(n, 1, 10007) as chance
from made cross join (values (date '2026-01-01'), (date '2026-02-01')) months (month)
where started < month + 28 and least(ended, interrupted - 1) >= month and pg_temp.part(n, 0, 1000) < 900;

alter table reported add column answer text;
update reported set answer = case when chance < 10 then 'rejected' when chance < 13 then 'lapsed'
    when chance < 2500 and month = date '2026-02-01' then 'waiting' else 'approved' end;
create temp table answered as select * from reported where share < 800;

insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set, etag,
    draft_saved_at, latest_revision, revision_epoch, revision_n, status)
select pg_temp.id('0e', id), pg_temp.id('0d', n), month, pg_temp.id('0c', n), pg_temp.id('0a', organisation),
    pg_temp.id('0b', unit), 'cooperation_history', 2, case when share >= 800 then timestamptz '2026-03-05 12:00:00Z' end,
    case when share < 800 then 1 else 0 end, 1, 1, case when share >= 800 then 'draft' else answer end
from reported order by reported.id;

insert into draft_entries (month_report_id, day, activity_code, minutes, credited_minutes)
select pg_temp.id('0e', id), day, code, 120, 120
from reported, (values ('VAGLEDNING'), ('WORKSHOP')) codes (code), working_days
where share >= 800 and day >= month and day < month + 7
order by reported.id, day, code;

-- The text of 40 rows is what a revision weighs.
insert into month_revisions (month_report_id, revision, content_hash, canonical, credited_minutes, submitted_at, answer_before)
select pg_temp.id('0e', id), 1, sha256(int8send(id)), convert_to(repeat('2026-02-02 VAGLEDNING 180 180' || chr(10), 40), 'UTF8'),
    7200, timestamptz '2026-03-05 12:00:00Z', timestamptz '2026-06-06 22:00:00Z'
from answered order by answered.id;

insert into month_answers (month_report_id, revision, answer, answered_at, signature_id, first_shown_at)
select pg_temp.id('0e', id), 1, answer, case when answer <> 'waiting' then timestamptz '2026-03-08 12:00:00Z' end,
    case when answer = 'approved' then pg_temp.id('10', id) end, timestamptz '2026-03-08 11:59:00Z'
from answered order by answered.id;

insert into month_days (month, month_report_id, revision, day, activity_codes, minutes, credited, credited_minutes,
    cap_minutes, period_from, period_to)
select it.month, pg_temp.id('0e', it.id), 1, days.day, array['VAGLEDNING', 'WORKSHOP'], array[180, 180], array[180, 180],
    360, 480, it.month, (it.month + interval '1 month' - interval '1 day')::date
from answered it join (
    select day, date_trunc('month', day)::date as month, row_number() over (partition by date_trunc('month', day) order by day)
    from working_days where day >= '2026-01-01' and day < '2026-03-01') days (day, month, place)
    on days.month = it.month and place <= 20
order by it.month, it.id, days.day;
