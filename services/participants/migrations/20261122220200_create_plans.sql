-- The draft of the next version of a joint plan. Codes and days only.
create table joint_plan_drafts (
    placement_id uuid primary key references placements,
    etag uuid not null,
    content jsonb not null,
    saved_at timestamptz not null
);

-- Versions that were sent. Append-only for the application.
create table joint_plans (
    document_id uuid primary key,
    placement_id uuid not null references placements,
    version integer not null check (version >= 1),
    content jsonb not null,
    sent_at timestamptz not null,
    sent_by_account_id uuid,
    unique (placement_id, version)
);

grant select, insert, update, delete on joint_plan_drafts to deltaga_application;
grant select, insert on joint_plans to deltaga_application;
