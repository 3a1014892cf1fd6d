-- What participants remarked on rows of a revision, while it could be answered. Their own words, and sealed as such.
create table month_remarks (
    month_report_id uuid not null,
    revision integer not null,
    day date not null,
    activity_code text not null references activities (activity_code),
    sealed_text bytea not null check (octet_length(sealed_text) <= 4096),
    -- When it was written as it stands.
    written_at timestamptz not null,
    primary key (month_report_id, revision, day, activity_code),
    foreign key (month_report_id, revision) references month_revisions (month_report_id, revision)
);

grant select, insert, update, delete on month_remarks to deltaga_application;
