-- Versions of the information notice as each person was shown them first. Nothing is ever changed.
create table shown_notices (
    person_id uuid not null references persons (person_id),
    version text not null check (version ~ '^[0-9]{4}-[0-9]{2}$'),
    language text not null check (language in ('sv', 'en')),
    shown_at timestamptz not null,
    primary key (person_id, version)
);

grant select, insert on shown_notices to deltaga_application;
