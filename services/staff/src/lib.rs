//! staff: organisations with their units and offices, nominations, accounts with permissions and scope.

pub mod domain;
