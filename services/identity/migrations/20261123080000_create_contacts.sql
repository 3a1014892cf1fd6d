-- Where a person wants to be reached. The addresses are sealed under the person's key, as the name is.
create table contacts (
    person_id uuid primary key references persons (person_id),
    -- E-mail address and telephone; absent if the person gave neither.
    sealed_addresses bytea,
    language text not null check (language in ('sv', 'en')),
    reminders boolean not null,
    -- Counts the changes: whoever replaces them has seen the one before.
    version integer not null check (version >= 1),
    changed_at timestamptz not null,
    check (not reminders or sealed_addresses is not null)
);

grant select, insert, update on contacts to deltaga_application;
