//! Calls over real mutual TLS in one process: who is let in, what is told to whom is not, deadlines, limits and endings.

mod doors;
mod endings;
mod keys;
mod limits;
mod permissions;
mod stage;
mod stage_services;
mod tokens;
mod traces;
