//! The calls: each decodes, hands over to one command or query, and encodes. Who may call is decided before.

mod clients;
mod contacts;
pub mod convert;
pub mod encode;
mod end_user;
mod invitations;
mod keys;
mod notices;
mod persons;
mod sessions;
mod sign_in;
mod signing;
mod subject;

use clients::Clients;
use contacts::Contacts;
use invitations::Invitations;
use keys::Keys;
use notices::Notices;
use persons::Persons;
use sessions::Sessions;
use sign_in::SignIns;
use signing::Signings;
use subject::Subject;

use platform::auth::{Principal, SignedIn, caller};
use platform::grpc::{Rejection, Server};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::client_service_server::ClientServiceServer;
use proto::identity::v1::contact_service_server::ContactServiceServer;
use proto::identity::v1::invitation_service_server::InvitationServiceServer;
use proto::identity::v1::key_service_server::KeyServiceServer;
use proto::identity::v1::notice_service_server::NoticeServiceServer;
use proto::identity::v1::person_service_server::PersonServiceServer;
use proto::identity::v1::session_service_server::SessionServiceServer;
use proto::identity::v1::sign_in_service_server::SignInServiceServer;
use proto::identity::v1::signing_service_server::SigningServiceServer;

use crate::parts::Parts;

/// All of identity's calls.
pub fn mounted(server: Server, parts: &Parts) -> Server {
    server
        .mount(PersonServiceServer::new(Persons(parts.clone())))
        .mount(SignInServiceServer::new(SignIns(parts.clone())))
        .mount(SigningServiceServer::new(Signings(parts.clone())))
        .mount(SessionServiceServer::new(Sessions(parts.clone())))
        .mount(KeyServiceServer::new(Keys(parts.clone())))
        .mount(ClientServiceServer::new(Clients(parts.clone())))
        .mount(InvitationServiceServer::new(Invitations(parts.clone())))
        .mount(ContactServiceServer::new(Contacts(parts.clone())))
        .mount(NoticeServiceServer::new(Notices(parts.clone())))
        .mount(platform::subject::server(Subject(parts.clone())))
}

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
