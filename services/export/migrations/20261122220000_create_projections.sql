-- What export has heard of from others, as far as a row needs it.
create table organisations (
    organisation_id uuid primary key,
    is_training boolean not null
);

-- Every flag ever heard of an organisation. Rows point here, so that none can claim a flag nobody told; a flag that
-- changes leaves the rows of earlier runs as they were.
create table training_flags (
    organisation_id uuid not null,
    is_training boolean not null,
    primary key (organisation_id, is_training)
);

create table units (
    unit_id uuid primary key,
    number text not null check (length(number) between 1 and 64),
    is_esf_funded boolean not null
);

create table placements (
    placement_id uuid primary key,
    person_id uuid not null,
    first_on date not null,
    last_on date not null,
    interrupted_on date,
    is_interrupted_before_start boolean not null,
    is_protected boolean not null
);
comment on column placements.is_protected is 'class: sensitive';

-- Of each month report the latest submitted revision.
create table month_reports (
    month_report_id uuid primary key,
    placement_id uuid not null,
    person_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    month_on date not null check (extract(day from month_on) = 1),
    revision integer not null check (revision >= 1),
    credited_minutes integer not null check (credited_minutes >= 0),
    answer text not null check (answer in ('waiting', 'approved', 'rejected', 'lapsed', 'superseded'))
);
create index month_reports_by_month on month_reports (month_on, month_report_id);

grant select, insert, update, delete on organisations, units, placements, month_reports to deltaga_application;
grant select, insert on training_flags to deltaga_application;
