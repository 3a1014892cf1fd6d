-- Work that is due at an instant of the service's clock. A lease runs by the database's clock, so that replicas whose
-- clocks differ agree on when it has expired. A job that gave up stays, with its reason, until it is enqueued again.
create table platform.jobs (
    job_id uuid primary key,
    kind text not null,
    key text not null,
    payload jsonb not null,
    due_at timestamptz not null,
    attempts integer not null default 0 check (attempts >= 0),
    last_reason text,
    gave_up_at timestamptz,
    lease_id uuid,
    leased_until timestamptz,
    traceparent text,
    enqueued_at timestamptz not null,
    unique (kind, key),
    check ((lease_id is null) = (leased_until is null)),
    check (gave_up_at is null or lease_id is null)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index jobs_by_due on platform.jobs (kind, due_at) where gave_up_at is null;

grant select, insert, update, delete on platform.jobs to deltaga_application;
