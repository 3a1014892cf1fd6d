//! Who a browser is: cookies, CSRF tokens, the flow of signing in, and access tokens for a minute at a time. Nothing of
//! a session is kept here but that; identity has the session.

pub mod cookies;
pub mod csrf;
pub mod origin;
pub mod tokens;
mod wrapped;

pub use cookies::Cookies;
pub use csrf::Csrf;
pub use tokens::Tokens;
pub use wrapped::{Change, Stripped, Wrapped};
