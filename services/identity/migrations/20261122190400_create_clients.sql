-- Machine clients. A certificate belongs to one client that has not been removed.
create table clients (
    client_id uuid primary key,
    display_name text not null check (char_length(display_name) between 1 and 100),
    kind text not null check (kind in ('agency', 'supplier')),
    organisation_id uuid not null,
    certificate_thumbprint bytea not null check (octet_length(certificate_thumbprint) = 32),
    registered_at timestamptz not null,
    removed_at timestamptz
);
create unique index one_client_per_certificate on clients (certificate_thumbprint) where removed_at is null;

grant select, insert, update on clients to deltaga_application;
