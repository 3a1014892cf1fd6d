-- Which replica writes the next heartbeat: whoever moves this row. By the database's clock, which all of them share.
create table heartbeat_turns (
    only_row boolean primary key default true check (only_row),
    taken_at timestamptz not null
);
insert into heartbeat_turns (taken_at) values ('2000-01-01T00:00:00Z');

grant select, update on heartbeat_turns to deltaga_application;
