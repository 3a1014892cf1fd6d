-- Which reads of lists have been told of: once per reader, subject, kind of data and day. Kept for two days.
create table platform.access_days (
    day date not null,
    reader_id uuid not null,
    subject_id uuid not null,
    data_kind text not null,
    primary key (day, reader_id, subject_id, data_kind)
);

grant select, insert, delete on platform.access_days to deltaga_application;
