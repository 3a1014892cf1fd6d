-- What attendance knows of others: copied from their records, never changed otherwise. No names, no numbers.
create table organisations (
    organisation_id uuid primary key,
    is_training boolean not null
);

create table units (
    unit_id uuid primary key,
    organisation_id uuid not null,
    -- KA number or diary number, which people know it by.
    number text not null,
    rule_set text not null
);

create table placements (
    placement_id uuid primary key,
    person_id uuid not null,
    case_reference text not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    office_id uuid,
    decided_from date not null,
    decided_to date not null,
    -- The first day it no longer holds, when it was broken off.
    interrupted_on date,
    status text not null check (status in ('received', 'assigned', 'active', 'ended', 'interrupted_before_start',
        'interrupted')),
    check (decided_to >= decided_from)
);
create index placements_of_organisation on placements (organisation_id, placement_id)
    include (unit_id, office_id, decided_from, decided_to);
create index placements_of_unit on placements (unit_id, placement_id)
    include (office_id, decided_from, decided_to);
create index placements_by_case on placements (organisation_id, case_reference);
create index placements_of_person on placements (person_id);

-- Sent joint plans. A plan may be heard of before its placement.
create table sent_plans (
    document_id uuid primary key,
    placement_id uuid not null,
    version integer not null check (version >= 1),
    sent_at timestamptz not null,
    in_force_from date not null,
    activity_codes text[] not null,
    valid_from date[] not null,
    valid_to date[] not null,
    check (cardinality(activity_codes) = cardinality(valid_from)),
    check (cardinality(activity_codes) = cardinality(valid_to))
);
create index sent_plans_of_placement on sent_plans (placement_id, version);

grant select, insert, update, delete on organisations, units, placements, sent_plans to deltaga_application;
