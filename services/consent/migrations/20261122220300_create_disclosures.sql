-- Parts of exports. Whoever judges, begins or ends an attempt locks the part.
create table parts (
    part_id uuid primary key,
    recipient text not null check (recipient in ('esf', 'scb'))
);

-- The latest judgement of each row of an attempt; refusal null: authorised.
create table authorisations (
    part_id uuid not null references parts (part_id),
    attempt integer not null check (attempt >= 1),
    month_report_id uuid not null,
    revision integer not null,
    refusal text check (refusal in ('not_answered', 'rejected', 'lapsed', 'no_consent', 'withdrawn', 'not_current')),
    judged_at timestamptz not null,
    primary key (part_id, attempt, month_report_id)
);

-- Attempts that may leave: valid for ten minutes. Without an outcome after that, nobody can tell.
create table sendings (
    part_id uuid not null references parts (part_id),
    attempt integer not null check (attempt >= 1),
    sealed_hash bytea not null check (length(sealed_hash) = 32),
    begun_at timestamptz not null,
    valid_until timestamptz not null check (valid_until > begun_at),
    outcome text check (outcome in ('delivered', 'failed', 'unknown')),
    ended_at timestamptz,
    primary key (part_id, attempt),
    check ((outcome is null) = (ended_at is null))
);

-- The ledger: every row of every attempt that was begun, with the consent it rests on. Nobody changes or deletes it.
create table disclosures (
    part_id uuid not null,
    attempt integer not null,
    month_report_id uuid not null,
    revision integer not null,
    content_hash bytea not null,
    placement_id uuid not null,
    month date not null,
    person_id uuid not null,
    recipient text not null check (recipient in ('esf', 'scb')),
    consent_id uuid not null references consents (consent_id),
    begun_at timestamptz not null,
    primary key (part_id, attempt, month_report_id),
    foreign key (part_id, attempt) references sendings (part_id, attempt)
);
create index disclosures_by_person on disclosures (person_id, recipient);
create index disclosures_by_report on disclosures (month_report_id, recipient);

-- What was told of an attempt's end, in order. Nobody changes or deletes it.
create table sending_outcomes (
    outcome_id bigint generated always as identity primary key,
    part_id uuid not null,
    attempt integer not null,
    outcome text not null check (outcome in ('delivered', 'failed', 'unknown')),
    told_at timestamptz not null,
    foreign key (part_id, attempt) references sendings (part_id, attempt)
);

grant select, insert, update on parts, authorisations, sendings to deltaga_application;
grant select, insert on disclosures, sending_outcomes to deltaga_application;
