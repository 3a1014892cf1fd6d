-- What may be reported, and on which days. Filled at the first start from the seeds of the release, then data.
create table activities (
    activity_code text primary key check (activity_code ~ '^[A-Z][A-Z0-9_]{0,39}$'),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    name_sv text not null check (length(name_sv) between 1 and 60),
    name_en text not null check (length(name_en) between 1 and 60),
    is_always boolean not null,
    is_only_under_newer_plan boolean not null,
    -- Of the record that the last change wrote.
    revision_epoch bigint not null,
    revision_n bigint not null
);

-- Days that hours may be reported on, written at each start by the calendar of the release.
create table working_days (
    day date primary key
);

grant select, insert, update on activities to deltaga_application;
grant select, insert on working_days to deltaga_application;
