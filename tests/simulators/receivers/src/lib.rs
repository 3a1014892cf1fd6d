//! The two recipients of approved months, ESF and SCB: they take sealed parts over HTTPS from whoever shows export's
//! certificate, open them with their own key, check every byte of the format, and answer with a receipt per row. Every
//! byte stream that arrived is kept, so that a test can count what left and not only what counts in the end.

mod book;
mod control;
mod files;
mod part;
mod receipt;
mod receiver;
mod recipient;
mod server;
mod simulator;
mod switches;

pub use book::{Delivery, Held};
pub use files::{Files, RecipientFiles};
pub use part::{Header, Part, PartError, Row, Trailer, open};
pub use receipt::{JudgedRow, Receipt};
pub use recipient::Recipient;
pub use simulator::{Config, Simulator};
pub use switches::{Effect, Switch};
