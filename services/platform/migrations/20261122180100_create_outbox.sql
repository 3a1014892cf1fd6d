-- What goes out on Kafka. A restore from backup raises the epoch, so that every revision given after it is newer than
-- any that consumers hold.
create table platform.epoch (
    only_row boolean primary key default true check (only_row),
    epoch bigint not null check (epoch >= 1)
);
insert into platform.epoch (epoch) values (1);

-- The last revision given, per aggregate. Its row lock, held until commit, makes outbox ids rise per key.
create table platform.revisions (
    topic text not null,
    key text not null,
    n bigint not null check (n >= 1),
    primary key (topic, key)
) with (fillfactor = 80);

-- Records that the relay has not produced yet. It claims and deletes: ids are given before commit, so that reading
-- beyond the last id seen would lose records.
create table platform.outbox (
    id bigint generated always as identity primary key,
    topic text not null,
    key text not null,
    partition integer check (partition >= 0),
    record_type text not null,
    -- Absent in a tombstone.
    payload bytea check (octet_length(payload) <= 900000),
    epoch bigint not null,
    n bigint not null,
    event_id uuid not null unique,
    occurred_at timestamptz not null,
    traceparent text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

grant select on platform.epoch to deltaga_application;
grant select, insert, update on platform.revisions to deltaga_application;
grant select, insert, update, delete on platform.outbox to deltaga_application;
