//! Everything that reads identity's state, one file per use case.

pub mod flow_view;
pub mod get_contacts;
pub mod get_invitation;
pub mod get_notice;
pub mod get_sign_in;
pub mod get_signature;
pub mod get_signing;
pub mod list_clients;
pub mod list_sessions;
pub mod own_records;
pub mod resolve_persons;
