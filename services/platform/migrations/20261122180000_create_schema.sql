-- The schema of the platform, and the group role that every application role is a member of.
-- The owner of a database may lack the right to create roles: whoever made the cluster has then created the group.
create schema if not exists platform;

do $$
begin
    if not exists (select from pg_roles where rolname = 'deltaga_application') then
        create role deltaga_application nologin;
    end if;
exception
    -- Another database of the cluster is migrated at the same time and was first.
    when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema platform, public to deltaga_application;
-- Lets the application compare the applied migrations with those it was built for; it may read every table of its own.
grant select on all tables in schema platform to deltaga_application;
alter default privileges in schema platform grant select on tables to deltaga_application;
alter default privileges in schema public grant select on tables to deltaga_application;
