-- Sessions: one per completed sign-in, found by the hash of their reference token.
create table sessions (
    session_id uuid primary key,
    flow_id uuid not null constraint one_session_per_flow unique,
    person_id uuid not null references persons (person_id),
    portal text not null check (portal in ('participant', 'staff')),
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    sealed_agent bytea,
    started_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    check (last_used_at >= started_at),
    check (expires_at > started_at)
) with (fillfactor = 80);
create index sessions_by_person on sessions (person_id, started_at) where ended_at is null;

-- Keys that sign access tokens. The newest one that may sign does; all that have not ended are published.
create table signing_keys (
    key_id text primary key,
    generation integer not null unique check (generation >= 1),
    public_key bytea not null check (octet_length(public_key) = 32),
    sealed_seed bytea not null,
    signs_from timestamptz not null,
    ends_at timestamptz
);

grant select, insert, update on sessions to deltaga_application;
grant select, insert, update on signing_keys to deltaga_application;
