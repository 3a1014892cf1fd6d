//! Calls to the services: messages go through as bytes, and metadata is made here from nothing, so that no header from
//! outside reaches a service by accident.

mod raw;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use platform::auth::Thumbprint;
use platform::grpc::{ClientChannel, MESSAGE_LIMIT};
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Streaming};

use self::raw::Raw;
use crate::routes::Route;

const AUTHORIZATION: HeaderName = http::header::AUTHORIZATION;
const ACCOUNT: HeaderName = HeaderName::from_static("deltaga-account");
const MIN_REVISION: HeaderName = HeaderName::from_static("deltaga-min-revision");
const ADDRESS: HeaderName = HeaderName::from_static("deltaga-end-user-address");
const USER_AGENT: HeaderName = HeaderName::from_static("deltaga-end-user-agent");
const CERTIFICATE: HeaderName = HeaderName::from_static("deltaga-client-certificate");
const OWN: &str = "deltaga-";
const LONGEST_USER_AGENT: usize = 256;

/// Channels to the services.
#[derive(Clone)]
pub struct Clients {
    channels: BTreeMap<&'static str, ClientChannel>,
}

/// The device on the other end.
#[derive(Clone, Debug)]
pub struct EndUser {
    address: IpAddr,
    user_agent: Option<HeaderValue>,
}

/// In whose name a call is made.
#[derive(Debug)]
pub enum Caller {
    /// The gateway's own: nobody is signed in yet, or the call ends that.
    Own,
    /// A person, by the access token of the session.
    Person {
        authorization: HeaderValue,
        account: Option<HeaderValue>,
        /// How long the token still is.
        good_for: Duration,
    },
    /// A system of a supplier, by its certificate and the access token that it brings.
    Supplier {
        certificate: Thumbprint,
        authorization: Option<HeaderValue>,
    },
}

// === impl Clients ===

impl Clients {
    /// Clients over these channels.
    pub fn new(channels: BTreeMap<&'static str, ClientChannel>) -> Self {
        Self { channels }
    }

    /// A call with one answer.
    pub async fn unary(
        &self,
        route: &Route,
        metadata: HeaderMap,
        message: Bytes,
    ) -> Result<Response<Bytes>, tonic::Status> {
        let request = request(metadata, message);
        self.client(route)
            .unary(request, route.method.path.clone(), Raw)
            .await
    }

    /// A call with a stream of answers.
    pub async fn stream(
        &self,
        route: &Route,
        metadata: HeaderMap,
        message: Bytes,
    ) -> Result<Response<Streaming<Bytes>>, tonic::Status> {
        let request = request(metadata, message);
        self.client(route)
            .server_streaming(request, route.method.path.clone(), Raw)
            .await
    }

    fn client(&self, route: &Route) -> tonic::client::Grpc<ClientChannel> {
        let channel = self
            .channels
            .get(route.peer)
            .expect("there is a channel for every service that a route can lead to");
        tonic::client::Grpc::new(channel.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }
}

// === impl EndUser ===

impl EndUser {
    /// The device at an address, with the agent it names.
    pub fn new(address: IpAddr, headers: &HeaderMap) -> Self {
        let agent = headers
            .get(http::header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        let user_agent = agent.and_then(|agent| {
            let cut: String = agent.chars().take(LONGEST_USER_AGENT).collect();
            HeaderValue::try_from(cut).ok()
        });
        Self { address, user_agent }
    }

    /// Where it is.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// A call of the gateway's own about this device.
    pub fn asks<M>(&self, message: M) -> Request<M> {
        request(self.metadata(), message)
    }

    fn metadata(&self) -> HeaderMap {
        let mut metadata = HeaderMap::new();
        let address = self.address.to_canonical().to_string();
        metadata.insert(
            ADDRESS,
            HeaderValue::try_from(address).expect("an address is plain text"),
        );
        if let Some(agent) = &self.user_agent {
            metadata.insert(USER_AGENT, agent.clone());
        }
        metadata
    }
}

/// The metadata of a call: the caller, the device, and what the caller has seen. Nothing else of the request.
pub fn metadata(caller: &Caller, end_user: &EndUser, from_outside: &HeaderMap) -> HeaderMap {
    let mut metadata = end_user.metadata();
    if let Some(revisions) = revisions(from_outside) {
        metadata.insert(MIN_REVISION, revisions);
    }
    match caller {
        Caller::Own => {}
        Caller::Person {
            authorization,
            account,
            good_for: _,
        } => {
            metadata.insert(AUTHORIZATION, authorization.clone());
            if let Some(account) = account {
                metadata.insert(ACCOUNT, account.clone());
            }
        }
        Caller::Supplier {
            certificate,
            authorization,
        } => {
            let thumbprint =
                HeaderValue::try_from(certificate.to_string()).expect("hexadecimal is plain text");
            metadata.insert(CERTIFICATE, thumbprint);
            if let Some(authorization) = authorization {
                metadata.insert(AUTHORIZATION, authorization.clone());
            }
        }
    }
    metadata
}

/// The account that a request names, for a call in a person's name.
pub fn account(from_outside: &HeaderMap) -> Option<HeaderValue> {
    from_outside.get(ACCOUNT).cloned()
}

/// What of a service's metadata goes on to the caller: what is ours.
pub fn told(metadata: MetadataMap) -> HeaderMap {
    let headers = metadata.into_headers();
    let own = headers.iter().filter(|(name, _)| name.as_str().starts_with(OWN));
    own.map(|(name, value)| (name.clone(), value.clone())).collect()
}

// Services take one line, of entries separated by commas.
fn revisions(from_outside: &HeaderMap) -> Option<HeaderValue> {
    let lines = from_outside.get_all(MIN_REVISION).iter();
    let lines: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .filter(|line| !line.trim().is_empty())
        .collect();
    let joined = (!lines.is_empty()).then(|| lines.join(","))?;
    HeaderValue::try_from(joined).ok()
}

fn request<M>(metadata: HeaderMap, message: M) -> Request<M> {
    let mut request = Request::new(message);
    *request.metadata_mut() = MetadataMap::from_headers(metadata);
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside() -> HeaderMap {
        let pairs = [
            ("authorization", "Bearer forged"),
            ("deltaga-account", "account"),
            ("deltaga-client-certificate", "forged"),
            ("deltaga-end-user-address", "forged"),
            ("deltaga-anything", "forged"),
            ("deltaga-min-revision", "staff.account.v1/a@0.1"),
            ("cookie", "a=b"),
            ("user-agent", "Browser"),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn end_user() -> EndUser {
        EndUser::new("::ffff:192.0.2.7".parse().unwrap(), &outside())
    }

    fn names(metadata: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<&str> = metadata.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn nothing_from_outside_goes_through_that_was_not_chosen() {
        let metadata = metadata(&Caller::Own, &end_user(), &outside());

        assert_eq!(
            names(&metadata),
            [
                "deltaga-end-user-address",
                "deltaga-end-user-agent",
                "deltaga-min-revision"
            ]
        );
        assert_eq!(metadata["deltaga-end-user-address"], "192.0.2.7");
    }

    #[test]
    fn a_person_comes_with_the_token_of_the_session_and_the_account() {
        let caller = Caller::Person {
            authorization: HeaderValue::from_static("Bearer real"),
            account: account(&outside()),
            good_for: Duration::from_mins(5),
        };

        let metadata = metadata(&caller, &end_user(), &outside());

        assert_eq!(metadata["authorization"], "Bearer real");
        assert_eq!(metadata["deltaga-account"], "account");
        assert!(!metadata.contains_key("deltaga-client-certificate"));
    }

    #[test]
    fn revisions_of_several_lines_become_one_and_what_is_no_text_is_left_out() {
        let lines = [&b"a@0.1"[..], b"\xe5", b"b@0.2, c@0.3", b""];
        let lines = lines.map(|line| (MIN_REVISION, HeaderValue::from_bytes(line).unwrap()));

        let metadata = metadata(&Caller::Own, &end_user(), &HeaderMap::from_iter(lines));

        let told: Vec<_> = metadata.get_all(MIN_REVISION).iter().collect();
        assert_eq!(told, ["a@0.1,b@0.2, c@0.3"]);
        let none = HeaderMap::from_iter([(MIN_REVISION, HeaderValue::from_bytes(b"\xe5").unwrap())]);
        assert!(revisions(&none).is_none());
    }

    #[test]
    fn a_supplier_comes_with_the_thumbprint_that_was_seen() {
        let certificate = Thumbprint::of(b"certificate");
        let caller = Caller::Supplier {
            certificate,
            authorization: Some(HeaderValue::from_static("Bearer brought")),
        };

        let metadata = metadata(&caller, &end_user(), &outside());

        assert_eq!(
            metadata["deltaga-client-certificate"],
            certificate.to_string().as_str()
        );
        assert!(!metadata.contains_key("deltaga-account"));
    }

    #[test]
    fn a_long_name_of_an_agent_is_cut() {
        let long = HeaderValue::try_from("a".repeat(5000)).unwrap();
        let headers = HeaderMap::from_iter([(http::header::USER_AGENT, long)]);
        let end_user = EndUser::new("192.0.2.7".parse().unwrap(), &headers);

        assert_eq!(
            end_user.metadata()["deltaga-end-user-agent"].len(),
            LONGEST_USER_AGENT
        );
    }

    #[test]
    fn of_a_services_metadata_only_ours_goes_out() {
        let metadata = MetadataMap::from_headers(outside());

        assert!(told(metadata).keys().all(|name| name.as_str().starts_with(OWN)));
    }
}
