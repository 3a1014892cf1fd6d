-- Answers of calls that carry a request id, for 24 hours. The hash is keyed and the answer sealed, since a request may
-- hold a personal number and an answer a name.
create table platform.requests (
    principal text not null,
    method text not null,
    request_id uuid not null,
    request_hash bytea not null check (octet_length(request_hash) = 32),
    -- Absent only within the transaction that does the work.
    sealed_response bytea,
    expires_at timestamptz not null,
    primary key (principal, method, request_id)
);
create index requests_by_expiry on platform.requests (expires_at);

grant select, insert, update, delete on platform.requests to deltaga_application;
