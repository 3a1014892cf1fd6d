-- A consent that waits to be signed, or was: what is signed is frozen here. `settled_as` tells what became of it.
create table preparations (
    consent_id uuid primary key,
    person_id uuid not null,
    recipient text not null,
    text_version integer not null,
    language text not null,
    signature_id uuid not null unique,
    document_hash bytea not null check (length(document_hash) = 32),
    prepared_at timestamptz not null,
    -- Withdrawn before it was signed, or before the signature was heard of.
    overtaken_at timestamptz,
    settled_as text check (settled_as in ('given', 'already_given', 'overtaken')),
    foreign key (recipient, text_version, language) references consent_texts (recipient, version, language)
);
create index preparations_by_person on preparations (person_id, recipient, consent_id);
-- The same wording is prepared once at a time.
create unique index preparations_one_open on preparations (person_id, recipient, text_version, language)
    where settled_as is null and overtaken_at is null;

-- Consents. Withdrawing and sending meet at these rows: the one takes them for update, the other for share.
create table consents (
    consent_id uuid primary key references preparations (consent_id),
    person_id uuid not null,
    recipient text not null check (recipient in ('esf', 'scb')),
    given_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by text check (withdrawn_by in ('person', 'agency')),
    check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index consents_by_person on consents (person_id, recipient, consent_id);
-- One consent of a person to a recipient holds at a time.
create unique index consents_one_holding on consents (person_id, recipient) where withdrawn_at is null;

grant select, insert, update on preparations, consents to deltaga_application;
