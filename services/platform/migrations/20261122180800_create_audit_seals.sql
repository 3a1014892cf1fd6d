-- Lines that no seal covers yet. Ids are given before commit, so the sealer claims and deletes here instead of reading
-- beyond the last id it saw.
create table platform.audit_unsealed (
    line_id bigint primary key references platform.audit_lines (line_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- A chain over the lines: each seal covers a batch of committed lines and the seal before it, and is signed. A line that
-- is changed or removed afterwards, or a seal that is removed, no longer fits. Append-only for the application.
create table platform.audit_seals (
    position bigint primary key check (position >= 1),
    line_ids bigint[] not null check (cardinality(line_ids) > 0),
    chain bytea not null check (octet_length(chain) = 32),
    sealed_at timestamptz not null,
    public_key bytea not null,
    signature bytea not null
);

grant select, insert, delete on platform.audit_unsealed to deltaga_application;
grant select, insert on platform.audit_seals to deltaga_application;
