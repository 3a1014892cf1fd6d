//! The rules of identity without transport or storage: numbers, sign-in and signing flows, sessions, signatures,
//! invitations and machine clients. Nothing here reads a clock; instants are parameters.

pub mod additions;
pub mod client;
pub mod contact_point;
pub mod contacts;
pub mod flow;
pub mod ids;
pub mod invitation;
pub mod notice;
pub mod number;
pub mod person;
pub mod portal;
pub mod qr;
pub mod secret;
pub mod session;
pub mod signature;
