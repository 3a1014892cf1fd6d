create table runs (
    run_id uuid primary key,
    month_on date not null check (extract(day from month_on) = 1),
    recipient text not null check (recipient in ('ESF', 'SCB')),
    -- plan and build are the run's own stages; then its parts go through theirs.
    stage text not null check (stage in ('plan', 'build', 'parts', 'ended')),
    hold_before text check (hold_before in ('plan', 'build', 'authorise', 'seal', 'begin', 'send', 'receipt')),
    cancel_requested boolean not null default false,
    -- The month report up to which rows are planned.
    planned_to uuid,
    parts integer not null default 0 check (parts >= 0),
    created_at timestamptz not null,
    ended_at timestamptz,
    changes bigint not null default 0,
    check ((stage = 'ended') = (ended_at is not null)),
    unique (run_id, month_on, recipient)
);
create unique index runs_one_unfinished on runs (month_on, recipient) where stage <> 'ended';

create table parts (
    part_id uuid primary key,
    run_id uuid not null references runs (run_id),
    number integer not null check (number >= 1),
    row_count integer not null check (row_count between 1 and 10000),
    -- sending: the first byte may have left, so that only the recipient can tell.
    stage text not null
        check (stage in ('authorise', 'seal', 'begin', 'send', 'sending', 'receipt', 'ended')),
    attempt integer not null default 1 check (attempt >= 1),
    failures integer not null default 0 check (failures >= 0),
    waits_until timestamptz,
    problem text,
    receipted_at timestamptz,
    ending text check (ending in ('receipted', 'empty', 'cancelled')),
    changes bigint not null default 0,
    unique (run_id, number),
    check ((stage = 'ended') = (ending is not null)),
    check ((ending = 'receipted') = (receipted_at is not null) or ending is null)
);

create table attempts (
    part_id uuid not null references parts (part_id),
    attempt integer not null check (attempt >= 1),
    row_count integer not null check (row_count between 1 and 10000),
    -- Until the file is deleted.
    object_path text,
    sealed_hash bytea not null check (length(sealed_hash) = 32),
    sealed_bytes bigint not null check (sealed_bytes > 0),
    -- Of the rows in the file: consent compares it with what it authorised.
    rows_hash bytea not null check (length(rows_hash) = 32),
    begun_at timestamptz,
    valid_until timestamptz,
    -- Written before the first byte.
    sending_at timestamptz,
    outcome text check (outcome in ('delivered', 'failed', 'unknown', 'not_begun')),
    problem text,
    ended_at timestamptz,
    primary key (part_id, attempt),
    check ((begun_at is null) = (valid_until is null)),
    check (sending_at is null or begun_at is not null)
);

-- Rows that are not sent, in portions of at most 10,000.
create table portions (
    portion_id uuid primary key,
    run_id uuid not null references runs (run_id)
);

create table run_rows (
    run_id uuid not null,
    month_report_id uuid not null,
    revision integer not null check (revision >= 1),
    month_on date not null,
    recipient text not null,
    placement_id uuid not null,
    person_id uuid not null,
    organisation_id uuid not null,
    -- Absent of a row that is withheld because nothing was heard of its organisation.
    is_training boolean,
    first_on date,
    last_on date check (last_on >= first_on),
    ka_number text,
    credited_minutes integer not null check (credited_minutes >= 0),
    state text not null check (state in ('planned', 'withheld', 'receipted', 'refused', 'cancelled')),
    reason text check (reason in (
        'not_answered', 'rejected', 'lapsed', 'no_consent', 'consent_withdrawn', 'training', 'not_esf_funded',
        'protected_identity', 'interrupted_before_start', 'not_current', 'person_unknown'
    )),
    refusal_code text check (refusal_code ~ '^[A-Z0-9_]{1,32}$' and refusal_code !~ '([0-9][A-Z_]*){6}'),
    part_id uuid references parts (part_id),
    portion_id uuid references portions (portion_id),
    primary key (run_id, month_report_id),
    foreign key (run_id, month_on, recipient) references runs (run_id, month_on, recipient),
    -- Nobody leaves a training organisation, whatever the code says.
    foreign key (organisation_id, is_training) references training_flags (organisation_id, is_training),
    constraint run_rows_training_never_leaves check (state = 'withheld' or is_training is false),
    constraint run_rows_reason check ((state = 'withheld') = (reason is not null)),
    constraint run_rows_facts
        check (state = 'withheld' or (first_on is not null and last_on is not null and ka_number is not null)),
    check (state not in ('receipted', 'refused') or part_id is not null),
    check (refusal_code is null or state = 'refused')
);
comment on column run_rows.reason is 'class: sensitive';
-- A revision is on its way to a recipient, or accepted by it, once.
create unique index run_rows_once on run_rows (month_report_id, recipient, revision)
    where state in ('planned', 'receipted');
create index run_rows_by_part on run_rows (part_id, month_report_id) where part_id is not null;
create index run_rows_by_portion on run_rows (portion_id, month_report_id) where portion_id is not null;
create index run_rows_unassigned on run_rows (run_id, state, month_report_id)
    where part_id is null and portion_id is null;

grant select, insert, update on runs, parts, attempts, portions, run_rows to deltaga_application;
