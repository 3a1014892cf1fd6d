-- Invitations that were cancelled before they came: a call that is late must not send. Taken away when it comes.
create table void_invitations (
    context text not null,
    invitation_id uuid not null,
    cancelled_at timestamptz not null,
    primary key (context, invitation_id)
);

grant select, insert, update, delete on void_invitations to deltaga_application;
