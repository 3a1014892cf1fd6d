//! The people and systems that use Deltaga, played through its public APIs: the gateway that stands before browsers, a
//! person with a phone, an agency system with its certificate, somebody reading messages. `make run` and the tests of
//! whole processes tell their stories with these actors; they share no code with the services.

pub mod agency;
pub mod browser;
pub mod connect;
pub mod gateway;
pub mod job;
pub mod mailbox;
pub mod phone;
pub mod places;
pub mod receivers;
pub mod register;
pub mod staff_member;
pub mod supplier;
pub mod tour;

pub use agency::AgencyClient;
pub use browser::Browser;
pub use gateway::{Gateway, SignIn};
pub use mailbox::Mailbox;
pub use phone::Phone;
pub use places::Places;
pub use receivers::Receivers;
pub use staff_member::StaffMember;
pub use supplier::SupplierSystem;

/// A new random id, as clients choose them for requests and uploads.
#[expect(
    clippy::disallowed_methods,
    reason = "an actor of the tests is outside of what clock and seed govern"
)]
pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
