//! Identity: who somebody is. Persons and their numbers, BankID sign-in and signing, sessions and access tokens, machine
//! clients, signatures as evidence, and the messages that invite people.

pub mod bankid;
pub mod config;
pub mod domain;
pub mod evidence;
pub mod messages;
