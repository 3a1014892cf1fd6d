-- Attempts that were settled by hand, once each; who did it is in the audit. Nobody changes or deletes one. Of an attempt
-- that a restore took away there may be no row in attempts.
create table settlements (
    part_id uuid not null references parts (part_id),
    attempt integer not null check (attempt >= 1),
    outcome text not null check (outcome in ('delivered', 'absent')),
    reason text not null check (reason in (
        'receipt_faulty', 'receipt_never_came', 'recipient_not_askable', 'lost_by_recipient', 'records_differ'
    )),
    -- Rows that the recipient does not take, and its codes.
    refused_report_ids uuid[] not null default '{}',
    refusal_codes text[] not null default '{}',
    settled_at timestamptz not null,
    primary key (part_id, attempt),
    check (cardinality(refused_report_ids) = cardinality(refusal_codes)),
    check (outcome = 'delivered' or cardinality(refused_report_ids) = 0)
);

grant select, insert on settlements to deltaga_application;
