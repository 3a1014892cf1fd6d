//! Outgoing messages: e-mail by SMTP, SMS by HTTP. Texts hold a link and nothing about anybody.

mod config;
mod sender;
mod text;

pub use config::MessagesConfig;
pub use sender::{MessageSender, SendError};
pub use text::{Message, invitation};
