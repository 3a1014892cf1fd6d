-- What other contexts told: units with their offices, the catalogue of activities, persons that turned out to be one.
create table units (
    unit_id uuid primary key,
    organisation_id uuid not null,
    -- KA number of a performing unit; absent for a project.
    ka_number text,
    documents_online boolean not null,
    valid_from date not null,
    valid_to date,
    check (valid_to >= valid_from)
);
create index units_by_ka_number on units (ka_number);

create table offices (
    office_id uuid primary key,
    unit_id uuid not null references units on delete cascade,
    valid_from date not null,
    valid_to date,
    check (valid_to >= valid_from)
);
create index offices_by_unit on offices (unit_id);

create table activities (
    activity_code text primary key,
    valid_from date not null,
    valid_to date,
    check (valid_to >= valid_from)
);

create table merged_persons (
    person_id uuid primary key,
    merged_into uuid not null
);

-- Reads of participants' data, from the log topic. Append-only for the application.
create table accesses (
    access_id uuid primary key,
    person_id uuid not null,
    organisation_id uuid not null,
    role text not null,
    purpose text not null,
    data_kind text not null,
    read_at timestamptz not null
);
create index accesses_by_person on accesses (person_id, read_at desc, access_id desc);

grant select, insert, update, delete on units, offices, activities, merged_persons to deltaga_application;
grant select, insert on accesses to deltaga_application;
