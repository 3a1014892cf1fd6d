//! The calls: each decodes, hands over to one command or query, and encodes. Who may call is decided before.

mod clients;
pub mod convert;
pub mod encode;
mod end_user;
mod invitations;
mod keys;
mod persons;
mod sessions;
mod sign_in;
mod signing;

pub use clients::Clients;
pub use invitations::Invitations;
pub use keys::Keys;
pub use persons::Persons;
pub use sessions::Sessions;
pub use sign_in::SignIns;
pub use signing::Signings;

use platform::auth::{Principal, SignedIn, caller};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;

fn service_of<T>(request: &tonic::Request<T>) -> Result<String, Rejection> {
    match caller(request)? {
        Principal::Service(name) => Ok(name.clone()),
        Principal::Participant(_)
        | Principal::Staff { .. }
        | Principal::AgencyClient(_)
        | Principal::SupplierClient(_)
        | Principal::Certificate(_) => Err(Rejection::forbidden(ErrorReason::CallerNotAllowed)),
    }
}

fn person_of<T>(request: &tonic::Request<T>) -> Result<SignedIn, Rejection> {
    let person = caller(request)?.person().cloned();
    person.ok_or_else(|| Rejection::forbidden(ErrorReason::CallerNotAllowed))
}
