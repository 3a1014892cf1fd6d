-- Nominations, and the invitations that identity sends for them and for invited colleagues.
create table nominations (
    nomination_id uuid primary key,
    organisation_id uuid not null references organisations (organisation_id),
    person_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    state text not null check (state in ('open', 'accepted', 'revoked')),
    account_id uuid references accounts (account_id),
    invitation_id uuid not null unique,
    nominated_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > nominated_at),
    refused_attempts integer not null default 0 check (refused_attempts >= 0),
    check ((state = 'accepted') = (account_id is not null))
);
create index nominations_by_organisation on nominations (organisation_id, nomination_id);
comment on column nominations.name is 'class: personal';

-- What identity shall know of an invitation. The address is kept until identity has it.
create table invitations (
    invitation_id uuid primary key,
    kind text not null check (kind in ('nomination', 'colleague')),
    subject_id uuid not null,
    email text,
    mobile text,
    language text not null check (language in ('sv', 'en')),
    expires_at timestamptz not null,
    wanted text not null check (wanted in ('sent', 'used', 'cancelled')),
    told text check (told in ('sent', 'used', 'cancelled')),
    -- Who used it, for the name that BankID told identity.
    used_by uuid,
    check (wanted <> 'sent' or told is not null or (email is null) <> (mobile is null)),
    check ((wanted = 'used') = (used_by is not null))
);
comment on column invitations.email is 'class: personal';
comment on column invitations.mobile is 'class: personal';

grant select, insert, update on nominations, invitations to deltaga_application;
