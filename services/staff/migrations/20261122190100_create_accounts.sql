-- Accounts: one person in one organisation. Every change is made while the organisation's row is locked, so that the
-- rule about the last administrator sees all of them.
create table accounts (
    account_id uuid primary key,
    organisation_id uuid not null references organisations (organisation_id),
    state text not null check (state in ('invited', 'waiting_for_confirmation', 'active', 'ended')),
    -- Bound to the account, or invited by number.
    person_id uuid,
    invitation_id uuid unique,
    invitation_expires_at timestamptz,
    name text not null check (length(name) between 1 and 200),
    bankid_name text,
    work_email text,
    work_phone text,
    created_at timestamptz not null,
    ended_at timestamptz,
    -- Of the record that the last change wrote.
    revision_epoch bigint not null,
    revision_n bigint not null,
    -- The transaction of the last change, for cursors that must not miss one that commits late.
    changed_in bigint not null default (pg_current_xact_id()::text::bigint),
    unique (account_id, organisation_id),
    check (state not in ('waiting_for_confirmation', 'active') or person_id is not null),
    check (state <> 'invited' or invitation_id is not null),
    check ((invitation_id is null) = (invitation_expires_at is null)),
    check ((state = 'ended') = (ended_at is not null))
);
-- A person has one account in an organisation at a time.
create unique index accounts_one_per_person on accounts (organisation_id, person_id)
    where person_id is not null and state <> 'ended';
create index accounts_by_person on accounts (person_id) where person_id is not null;
create index accounts_by_name on accounts (organisation_id, lower(name), account_id);
create index accounts_by_change on accounts (changed_in, account_id);
comment on column accounts.name is 'class: personal';
comment on column accounts.bankid_name is 'class: personal';
comment on column accounts.work_email is 'class: personal';
comment on column accounts.work_phone is 'class: personal';

create table account_permissions (
    account_id uuid not null references accounts (account_id),
    permission text not null check (permission in ('administer_permissions', 'receive_participants', 'report_and_plan',
        'register_project', 'countersign_attendance', 'countersign_working_time', 'administer_register', 'run_exports',
        'operate')),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    primary key (account_id, permission, valid_from)
);

-- The keys hold a scope inside the account's own organisation.
create table account_units (
    account_id uuid not null,
    organisation_id uuid not null,
    unit_id uuid not null,
    has_all_offices boolean not null,
    primary key (account_id, unit_id),
    foreign key (account_id, organisation_id) references accounts (account_id, organisation_id),
    foreign key (unit_id, organisation_id) references units (unit_id, organisation_id)
);

create table account_offices (
    account_id uuid not null,
    unit_id uuid not null,
    office_id uuid not null,
    primary key (account_id, office_id),
    foreign key (account_id, unit_id) references account_units (account_id, unit_id) on delete cascade,
    foreign key (office_id, unit_id) references offices (office_id, unit_id)
);

grant select, insert, update on accounts to deltaga_application;
grant select, insert, delete on account_permissions, account_units, account_offices to deltaga_application;
