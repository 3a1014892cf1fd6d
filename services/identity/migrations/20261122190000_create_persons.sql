-- Persons, and the only place with their numbers: sealed under a key per person, found by a keyed hash. Numbers are
-- history (a coordination number may be followed by a personal one), so a person is not its number.
create table persons (
    person_id uuid primary key,
    wrapped_key bytea not null,
    registered_at timestamptz not null,
    merged_into uuid references persons (person_id) check (merged_into <> person_id),
    -- Given name and surname as BankID told them last.
    sealed_name bytea,
    named_at timestamptz,
    check ((sealed_name is null) = (named_at is null))
);
create index persons_by_merged_into on persons (merged_into) where merged_into is not null;

create table person_numbers (
    number_hash bytea primary key check (octet_length(number_hash) = 32),
    -- Checked at commit: the number is claimed before its person is written, so that rivals for a number meet here.
    person_id uuid not null references persons (person_id) deferrable initially deferred,
    kind text not null check (kind in ('personal', 'coordination')),
    sealed_number bytea not null,
    recorded_at timestamptz not null
);
create index person_numbers_by_person on person_numbers (person_id, recorded_at);

grant select, insert, update on persons to deltaga_application;
grant select, insert on person_numbers to deltaga_application;
