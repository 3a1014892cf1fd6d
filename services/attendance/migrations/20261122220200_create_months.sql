-- Month reports: one per placement and month. Every change is made while the report's row is locked.
create table month_reports (
    month_report_id uuid primary key,
    placement_id uuid not null,
    -- First day of the month.
    month date not null check (extract(day from month) = 1),
    person_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    rule_set text not null,
    -- Rises with every change of the draft, submission included, so that an old etag never fits again.
    etag bigint not null default 0 check (etag >= 0),
    -- When the draft was saved; null without a draft.
    draft_saved_at timestamptz,
    -- The last submitted revision, 0 before the first.
    latest_revision integer not null default 0 check (latest_revision >= 0),
    -- Of the record that the last change wrote; 0 before the first.
    revision_epoch bigint not null default 0,
    revision_n bigint not null default 0,
    unique (placement_id, month)
);
create index month_reports_of_month on month_reports (month, month_report_id) include (organisation_id)
    where latest_revision > 0;
create index month_reports_of_organisation on month_reports (organisation_id, month, month_report_id)
    where latest_revision > 0;
create index month_reports_of_person on month_reports (person_id, month desc, month_report_id desc)
    where latest_revision > 0;

create table draft_entries (
    month_report_id uuid not null references month_reports (month_report_id),
    day date not null,
    activity_code text not null references activities (activity_code),
    minutes integer not null check (minutes between 1 and 1440),
    -- Rounded by the rule set when it was saved; rounded again when it is submitted.
    credited_minutes integer not null check (credited_minutes >= minutes),
    primary key (month_report_id, day, activity_code)
);

-- What was submitted, never changed again.
create table month_revisions (
    month_report_id uuid not null references month_reports (month_report_id),
    revision integer not null check (revision >= 1),
    content_hash bytea not null check (length(content_hash) = 32),
    -- The bytes that the hash is of.
    canonical bytea not null,
    credited_minutes integer not null check (credited_minutes >= 0),
    submitted_at timestamptz not null,
    -- The first instant at which it can no longer be answered.
    answer_before timestamptz not null check (answer_before > submitted_at),
    primary key (month_report_id, revision)
);

-- The participant's answer to a revision.
create table month_answers (
    month_report_id uuid not null,
    revision integer not null,
    answer text not null check (answer in ('waiting', 'approved', 'rejected', 'lapsed', 'superseded')),
    answered_at timestamptz,
    signature_id uuid,
    first_shown_at timestamptz,
    primary key (month_report_id, revision),
    foreign key (month_report_id, revision) references month_revisions (month_report_id, revision),
    check ((answer = 'waiting') = (answered_at is null)),
    check ((answer = 'approved') = (signature_id is not null))
);
create unique index month_answers_waiting on month_answers (month_report_id) where answer = 'waiting';

-- One row per revision and day. Cap and period are copied, so that the rules about a single day are constraints.
create table month_days (
    month date not null,
    month_report_id uuid not null,
    revision integer not null,
    day date not null references working_days (day),
    activity_codes text[] not null check (cardinality(activity_codes) >= 1),
    minutes integer[] not null,
    credited integer[] not null,
    credited_minutes integer not null check (credited_minutes >= 1),
    cap_minutes integer not null,
    period_from date not null,
    period_to date not null,
    primary key (month, month_report_id, revision, day),
    foreign key (month_report_id, revision) references month_revisions (month_report_id, revision),
    constraint month_days_within_cap check (credited_minutes <= cap_minutes),
    constraint month_days_within_month check (date_trunc('month', day::timestamp) = month::timestamp),
    constraint month_days_within_period check (day between period_from and period_to),
    check (cardinality(activity_codes) = cardinality(minutes)),
    check (cardinality(activity_codes) = cardinality(credited))
) partition by range (month);

do $$
begin
    for ahead in 0..83 loop
        execute format(
            'create table %I partition of month_days for values from (%L) to (%L)',
            'month_days_' || to_char(date '2025-01-01' + make_interval(months => ahead), 'YYYY_MM'),
            (date '2025-01-01' + make_interval(months => ahead))::date,
            (date '2025-01-01' + make_interval(months => ahead + 1))::date
        );
    end loop;
end
$$;
create table month_days_other partition of month_days default;

-- Signatures that were prepared, frozen before identity hears of them. One per revision.
create table approvals (
    signature_id uuid primary key,
    month_report_id uuid not null,
    revision integer not null,
    content_hash bytea not null check (length(content_hash) = 32),
    person_id uuid not null,
    visible_text text not null,
    prepared_at timestamptz not null,
    outcome text check (outcome in ('approved', 'superseded', 'begun_too_late', 'answered',
        'other_content')),
    signing_started_at timestamptz,
    signed_at timestamptz,
    decided_at timestamptz,
    unique (month_report_id, revision),
    foreign key (month_report_id, revision) references month_revisions (month_report_id, revision),
    check ((outcome is null) = (decided_at is null)),
    check ((outcome is null) = (signed_at is null))
);

grant select, insert, update on month_reports, month_answers, approvals to deltaga_application;
grant select, insert, delete on draft_entries to deltaga_application;
grant select, insert on month_revisions, month_days to deltaga_application;
