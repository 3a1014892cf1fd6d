-- A placement: one case of the agency. Names, contacts and what else is known of the person are sealed under a key of
-- the placement's own; name_tokens are keyed hashes of beginnings of the names, bound to the organisation.
create table placements (
    placement_id uuid primary key,
    case_reference text not null unique check (case_reference ~ '^[A-Za-z0-9-]{1,40}$'),
    person_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    office_id uuid,
    starts_on date not null,
    ends_on date not null,
    -- The sequence of the decision that each part comes from: an older decision never overwrites a newer one.
    facts_sequence bigint not null check (facts_sequence >= 1),
    extends_case_reference text,
    extends_sequence bigint,
    interrupted_on date,
    interruption_sequence bigint,
    supervisor_account_id uuid,
    removed_at timestamptz,
    is_protected boolean not null,
    wrapped_key bytea not null,
    sealed_facts bytea not null,
    name_tokens bigint[] not null,
    -- What follows from the days and the supervisor, and the first day on which that will be something else.
    status text not null check (status in ('received', 'assigned', 'active', 'ended', 'interrupted_before_start',
        'interrupted')),
    next_change_on date,
    received_at timestamptz not null,
    check (ends_on >= starts_on),
    check ((extends_case_reference is null) = (extends_sequence is null)),
    check ((interrupted_on is null) = (interruption_sequence is null)),
    check (status not in ('assigned', 'active') or supervisor_account_id is not null),
    check (status <> 'received' or supervisor_account_id is null),
    check ((status = 'interrupted_before_start') = coalesce(interrupted_on <= starts_on, false)),
    check (status <> 'interrupted' or interrupted_on > starts_on),
    check (not is_protected or name_tokens = '{}')
);
-- Lists take a page of each status and merge them, so that a rare status is found without reading past the others.
create index placements_by_organisation on placements (organisation_id, status, placement_id desc);
create index placements_by_unit on placements (unit_id, status, placement_id desc) include (organisation_id, office_id);
create index placements_by_supervisor on placements (supervisor_account_id, placement_id desc);
create index placements_by_person on placements (person_id, placement_id desc);
create index placements_by_case on placements (organisation_id, case_reference text_pattern_ops);
create index placements_by_extended_case on placements (extends_case_reference);
create index placements_by_next_change on placements (next_change_on) where next_change_on is not null;
create index placements_by_name on placements using gin (name_tokens);
create index placements_in_inbox on placements (organisation_id, placement_id desc)
    where status in ('received', 'assigned') or (status = 'interrupted_before_start' and removed_at is null);

-- Every decision that was taken, once. Interruptions are kept here until their case comes. Append-only.
create table decisions (
    decision_id text primary key check (decision_id ~ '^[A-Za-z0-9-]{1,64}$'),
    case_reference text not null,
    sequence bigint not null check (sequence >= 1),
    kind text not null check (kind in ('new', 'changed', 'extension', 'interruption')),
    interrupted_on date,
    -- Keyed hash of the decision as it came, which holds a personal number.
    content_mac bytea not null check (octet_length(content_mac) = 32),
    received_at timestamptz not null,
    unique (case_reference, sequence),
    check ((kind = 'interruption') = (interrupted_on is not null))
);

grant select, insert, update on placements to deltaga_application;
grant select, insert on decisions to deltaga_application;
