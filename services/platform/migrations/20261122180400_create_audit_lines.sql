-- Who did what, when and why: ids and codes, never names or numbers. Append-only for the application.
create table platform.audit_lines (
    line_id bigint generated always as identity primary key,
    occurred_at timestamptz not null,
    actor_kind text not null,
    actor_id text not null,
    account_id uuid,
    organisation_id uuid,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    purpose text,
    details jsonb not null default '{}',
    trace_id text
);
create index audit_lines_by_subject on platform.audit_lines (subject_kind, subject_id, occurred_at);

grant select, insert on platform.audit_lines to deltaga_application;
