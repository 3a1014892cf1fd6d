-- What a consumer has applied of a state topic: the newest revision per key, also of erased keys. `generation` is the
-- rebuild in which the key was last seen; a rebuild ends by deleting the keys of its partition that it did not see.
create table platform.consumed_revisions (
    consumer text not null,
    topic text not null,
    key text not null,
    partition integer not null,
    epoch bigint not null,
    n bigint not null,
    erased boolean not null default false,
    generation bigint not null default 0,
    primary key (consumer, topic, key)
);
create index consumed_revisions_by_partition on platform.consumed_revisions (consumer, topic, partition, generation);

-- Where a consumer goes on; stored in the transaction of the effect. While a rebuild runs, `rebuild_until` is the end
-- of the partition when it began.
create table platform.consumed_offsets (
    consumer text not null,
    topic text not null,
    partition integer not null,
    next_offset bigint not null check (next_offset >= 0),
    generation bigint not null default 0,
    rebuild_until bigint,
    primary key (consumer, topic, partition)
) with (fillfactor = 80);

-- Records that cannot be applied. The bytes are sealed; headers and reason may be shown to an operator.
create table platform.parked_records (
    parked_id uuid primary key,
    consumer text not null,
    topic text not null,
    partition integer not null,
    record_offset bigint not null,
    key text not null,
    epoch bigint,
    n bigint,
    event_id text,
    record_type text,
    headers jsonb not null default '{}',
    reason text not null,
    trace_id text,
    -- Absent for a tombstone.
    sealed_payload bytea,
    parked_at timestamptz not null,
    attempts integer not null default 0,
    unique (consumer, topic, partition, record_offset)
);
create index parked_records_by_key on platform.parked_records (consumer, topic, key);

-- Records of log topics that were applied; kept longer than the topic keeps them.
create table platform.inbox (
    consumer text not null,
    event_id uuid not null,
    received_at timestamptz not null,
    primary key (consumer, event_id)
);
create index inbox_by_age on platform.inbox (received_at);

grant select, insert, update, delete on platform.consumed_revisions, platform.consumed_offsets,
    platform.parked_records, platform.inbox to deltaga_application;
