//! What staff decides, without database, network or clock: organisations and their register, nominations, accounts with
//! permissions and scope, and the rule that an organisation keeps an administrator.

pub mod account;
pub mod administrators;
pub mod calendar;
pub mod contact;
pub mod ids;
pub mod invitation;
pub mod nomination;
pub mod number;
pub mod organisation;
pub mod permission;
pub mod register;
pub mod scope;
pub mod shown_contact;
pub mod validity;

/// What a command did to an aggregate: a repeated one finds it as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    Changed(T),
    Already(T),
}
