-- Invitations. The link's secret is stored hashed; sealed beside it only until the message has left.
create table invitations (
    invitation_id uuid primary key,
    context text not null,
    kind text not null check (kind in ('nomination', 'colleague', 'project_participant')),
    subject_id uuid not null,
    channel text not null check (channel in ('email', 'mobile')),
    sealed_address bytea not null,
    language text not null check (language in ('sv', 'en')),
    -- Keyed hash of all that the caller gave, to tell the same invitation from another.
    content_hash bytea not null check (octet_length(content_hash) = 32),
    secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
    sealed_secret bytea,
    delivery text not null check (delivery in ('queued', 'sent', 'failed')),
    delivered_at timestamptz,
    link text not null check (link in ('open', 'used', 'cancelled')),
    link_ended_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check ((delivery = 'queued') = (delivered_at is null)),
    check (delivery <> 'queued' or link <> 'open' or sealed_secret is not null),
    check ((link = 'open') = (link_ended_at is null)),
    check (expires_at > created_at)
);

grant select, insert, update on invitations to deltaga_application;
