-- Files on their way in. Each is sealed under a key of its own, wrapped by the key ring: deleting the row is enough.
create table platform.uploads (
    upload_id uuid primary key,
    owner text not null,
    wrapped_key bytea not null,
    received bigint not null default 0 check (received >= 0),
    expires_at timestamptz not null
);
create index uploads_by_owner on platform.uploads (owner);
create index uploads_by_expiry on platform.uploads (expires_at);

create table platform.upload_chunks (
    upload_id uuid not null references platform.uploads (upload_id) on delete cascade,
    starts_at bigint not null check (starts_at >= 0),
    size_bytes integer not null check (size_bytes between 1 and 1048576),
    sealed bytea not null,
    primary key (upload_id, starts_at)
);

grant select, insert, update, delete on platform.uploads, platform.upload_chunks to deltaga_application;
