-- Sign-ins and signings under way at BankID. What BankID must not lose and nobody may read is sealed.
create table flows (
    flow_id uuid primary key,
    purpose text not null check (purpose in ('sign_in', 'signing')),
    -- Of a sign-in: which pages, the hash of the browser's secret, and the hash of the reference token that follows
    -- from it, so that the session can be made by whoever collects.
    portal text check (portal in ('participant', 'staff')),
    token_hash bytea check (octet_length(token_hash) = 32),
    session_token_hash bytea check (octet_length(session_token_hash) = 32),
    -- Of a signing: who signs what, and in which session.
    person_id uuid,
    session_id uuid,
    signature_ids uuid[],
    device text not null check (device in ('other', 'same_computer', 'same_mobile')),
    language text not null check (language in ('sv', 'en')),
    sealed_request bytea not null,
    sealed_order bytea not null,
    order_started_at timestamptz not null,
    restarts integer not null default 0 check (restarts between 0 and 5),
    state text not null check (state in ('pending', 'complete', 'failed')),
    -- Number of the contract's BankidMessage.
    message integer not null check (message >= 0),
    sealed_completion bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    finished_at timestamptz,
    check ((purpose = 'sign_in') = (portal is not null)),
    check ((purpose = 'sign_in') = (token_hash is not null and session_token_hash is not null)),
    check ((purpose = 'signing') = (person_id is not null and session_id is not null and signature_ids is not null)),
    check ((state = 'pending') = (finished_at is null)),
    check ((state = 'complete') = (sealed_completion is not null))
) with (fillfactor = 80);
create index flows_by_session on flows (session_id) where state = 'pending';

-- Orders started, per keyed hash of an address or session and minute.
create table start_attempts (
    starter_hash bytea not null check (octet_length(starter_hash) = 32),
    minute_at timestamptz not null,
    attempts integer not null check (attempts >= 1),
    primary key (starter_hash, minute_at)
);
create index start_attempts_by_age on start_attempts (minute_at);

grant select, insert, update, delete on flows, start_attempts to deltaga_application;
