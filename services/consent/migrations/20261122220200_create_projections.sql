-- What other contexts tell. Each row is the newest state of its aggregate and nothing else, so that replaying a topic
-- gives the same rows.

-- attendance.month-report.v1: of all revisions the latest counts.
create table month_reports (
    month_report_id uuid primary key,
    placement_id uuid not null,
    person_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    month date not null check (extract(day from month) = 1),
    revision integer not null check (revision >= 1),
    content_hash bytea not null,
    submitted_at timestamptz not null,
    answer text not null check (answer in ('waiting', 'approved', 'rejected', 'lapsed', 'superseded')),
    answered_at timestamptz,
    first_shown_at timestamptz,
    answer_before timestamptz not null
);
create index month_reports_by_person on month_reports (person_id);
create index month_reports_by_placement on month_reports (placement_id, month);

-- participants.placement.v1: whose a placement is, and where.
create table placements (
    placement_id uuid primary key,
    person_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    office_id uuid,
    is_interrupted_before_start boolean not null
);
create index placements_by_person on placements (person_id);

-- identity.person.v1: ids that turned out to be another's. root_id follows the chain to its end.
create table joined_persons (
    person_id uuid primary key,
    merged_into uuid not null check (merged_into <> person_id),
    root_id uuid not null
);
create index joined_persons_by_root on joined_persons (root_id);

-- export.delivery.v1: what became of each row.
create table deliveries (
    delivery_id uuid primary key,
    is_part boolean not null,
    recipient text not null check (recipient in ('esf', 'scb')),
    month date not null check (extract(day from month) = 1),
    sent_at timestamptz,
    receipted_at timestamptz
);
create table delivery_rows (
    delivery_id uuid not null references deliveries (delivery_id) on delete cascade,
    month_report_id uuid not null,
    revision integer not null,
    outcome text not null check (outcome in ('withheld', 'in_transfer', 'delivered', 'receipted', 'refused')),
    reason text,
    refusal_code text not null,
    primary key (delivery_id, month_report_id)
);
create index delivery_rows_by_report on delivery_rows (month_report_id);

grant select, insert, update, delete on month_reports, placements, joined_persons, deliveries, delivery_rows
    to deltaga_application;
