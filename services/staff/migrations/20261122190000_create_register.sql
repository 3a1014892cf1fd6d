-- Organisations, their units and their offices. A sole trader's organisation number is a personal number: identity keeps
-- it, and the person id stands here in its place.
create table organisations (
    organisation_id uuid primary key,
    kind text not null check (kind in ('provider', 'project_owner', 'agency')),
    name text not null check (length(name) between 1 and 200),
    -- Ten digits whose third is 2 or more, as no personal number has it.
    organisation_number text unique check (organisation_number ~ '^[1-9][0-9][2-9][0-9]{7}$'),
    sole_trader_id uuid unique,
    is_training boolean not null default false,
    created_at timestamptz not null,
    check (organisation_number is null or sole_trader_id is null),
    check (kind = 'agency' or organisation_number is not null or sole_trader_id is not null)
);
create index organisations_by_name on organisations (lower(name), organisation_id);
comment on column organisations.name is 'class: personal';

create table units (
    unit_id uuid primary key,
    organisation_id uuid not null references organisations (organisation_id),
    kind text not null check (kind in ('performing_unit', 'esf_project')),
    number text not null check (length(number) between 1 and 64),
    name text not null check (length(name) between 1 and 200),
    service_code text not null,
    service_name text not null,
    service_has_documents_online boolean not null,
    service_is_esf_funded boolean not null,
    service_rule_set text not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    unique (kind, number),
    unique (unit_id, organisation_id)
);
create index units_by_organisation on units (organisation_id);

create table offices (
    office_id uuid primary key,
    unit_id uuid not null references units (unit_id),
    code text not null check (length(code) between 1 and 64),
    name text not null,
    street_address text not null,
    postal_code text not null check (postal_code ~ '^[0-9]{5}$'),
    city text not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    unique (unit_id, code),
    unique (office_id, unit_id)
);

-- One import at a time: two that name the same new organisation must not both create it.
create table register_turns (
    only_row boolean primary key default true check (only_row)
);
insert into register_turns default values;

grant select, insert, update on organisations, units, offices, register_turns to deltaga_application;
