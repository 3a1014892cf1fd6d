//! Everything that changes identity's state, one file per use case.

pub mod cancel_flow;
pub mod cancel_invitation;
pub mod collect_order;
pub mod complete_sign_in;
pub mod complete_signing;
pub mod end_session;
pub mod exchange_session;
pub mod forget;
pub mod invite;
pub mod issue_token;
pub mod judge_completion;
pub mod prepare_signature;
pub mod record_notice;
pub mod register_client;
pub mod register_persons;
pub mod remove_client;
pub mod send_invitation;
pub mod start_flow;
pub mod start_sign_in;
pub mod start_signing;
pub mod update_contacts;
pub mod use_invitation;
