-- Keys of the ring, wrapped by the key-encryption key that lives in a file. The newest sealing key seals, older ones
-- open; the look-up key is behind every keyed hash and has one version as long as the hashes are kept.
create table platform.ring_keys (
    key_id uuid primary key,
    kind text not null check (kind in ('sealing', 'lookup')),
    version integer not null check (version >= 1),
    -- Fingerprint of the key-encryption key, so that a wrong file is named instead of failing to decrypt.
    wrapped_by text not null,
    wrapped bytea not null,
    created_at timestamptz not null,
    unique (kind, version)
);

grant select, insert on platform.ring_keys to deltaga_application;
