//! Identity's tables: one file per aggregate, rows that are distrusted, and the sealing of what nobody may read.

pub mod clients;
pub mod contacts;
pub mod flows;
pub mod invitations;
pub mod notices;
pub mod persons;
pub mod sealing;
pub mod sessions;
pub mod signatures;
pub mod start_attempts;
pub mod void_invitations;
