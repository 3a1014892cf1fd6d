-- What is to be signed and what was. Evidence lives under a key of its retention class, since it outlives the person's.
create table signatures (
    signature_id uuid primary key,
    context text not null,
    kind text not null check (kind ~ '^[a-z_]{1,40}$'),
    document_id uuid not null,
    document_hash bytea not null check (octet_length(document_hash) = 32),
    person_id uuid not null references persons (person_id),
    sealed_text bytea not null,
    -- Keyed hash of the visible text, to tell the same preparation from another.
    text_hash bytea not null check (octet_length(text_hash) = 32),
    state text not null check (state in ('prepared', 'signed')),
    evidence_id uuid,
    started_at timestamptz,
    signed_at timestamptz,
    prepared_at timestamptz not null,
    check ((state = 'signed') = (evidence_id is not null and started_at is not null and signed_at is not null))
);

create table signature_evidence (
    evidence_id uuid primary key,
    person_id uuid not null,
    retention_class text not null check (retention_class in ('signature')),
    wrapped_key bytea not null,
    -- What was shown and hidden, and everything BankID told of the order: signature and OCSP answer.
    sealed_evidence bytea not null,
    recorded_at timestamptz not null
);

alter table signatures add foreign key (evidence_id) references signature_evidence (evidence_id);

grant select, insert, update on signatures to deltaga_application;
grant select, insert on signature_evidence to deltaga_application;
