//! Somebody who calls: a connection to each service and what goes along with every call.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use journey::gateway::from_browser;
use journey::{AgencyClient, Gateway, Places, StaffMember};
use prost::Message;
use prost::bytes::Bytes;
use proto::identity::v1::Portal;
use serde::Deserialize;
use support::ca::Identity;
use support::people::Person;
use tonic::Request;
use tonic::client::Grpc;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};

use super::answer::Answer;
use super::wire::Plain;

const PATIENCE: Duration = Duration::from_secs(20);

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    Identity,
    Staff,
    Participants,
    Attendance,
    Consent,
    Export,
}

/// All of them.
pub const SERVERS: [Server; 6] = [
    Server::Identity,
    Server::Staff,
    Server::Participants,
    Server::Attendance,
    Server::Consent,
    Server::Export,
];

/// A connection to each service under one certificate.
pub type Ways = BTreeMap<Server, Channel>;

/// What kind of thing calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Person,
    Service(&'static str),
    Machine,
}

#[derive(Clone, Debug)]
pub struct Caller {
    pub kind: Kind,
    ways: Ways,
    metadata: MetadataMap,
}

/// What an access token says of a person.
#[derive(Debug, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub sid: String,
}

impl Server {
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "identity" => Ok(Self::Identity),
            "staff" => Ok(Self::Staff),
            "participants" => Ok(Self::Participants),
            "attendance" => Ok(Self::Attendance),
            "consent" => Ok(Self::Consent),
            "export" => Ok(Self::Export),
            _ => bail!("there is no service {name}"),
        }
    }

    fn address(self, places: &Places) -> &str {
        match self {
            Self::Identity => &places.identity,
            Self::Staff => &places.staff,
            Self::Participants => &places.participants,
            Self::Attendance => &places.attendance,
            Self::Consent => &places.consent,
            Self::Export => &places.export,
        }
    }
}

/// Connects to all services under a certificate.
pub fn ways(places: &Places, certificate: &Identity) -> Result<Ways> {
    let way = |server: Server| {
        let endpoint = Endpoint::from_shared(server.address(places).to_owned())?;
        let endpoint = endpoint.tls_config(certificate.tonic_client_config()?)?;
        Ok((server, endpoint.connect_lazy()))
    };
    SERVERS.into_iter().map(way).collect()
}

impl Caller {
    /// A service that speaks for itself.
    pub fn service(places: &Places, name: &'static str) -> Result<Self> {
        let certificate = places.service(name)?;
        let metadata = if name == "gateway" {
            from_browser(()).metadata().clone()
        } else {
            MetadataMap::new()
        };
        Self::connect(places, &certificate, Kind::Service(name), metadata)
    }

    /// A client that shows its certificate and no token.
    pub fn certificate(places: &Places, certificate: &Identity) -> Result<Self> {
        Self::connect(places, certificate, Kind::Machine, MetadataMap::new())
    }

    pub fn client(client: &AgencyClient) -> Self {
        Self {
            kind: Kind::Machine,
            ways: Ways::from([
                (Server::Identity, client.identity.clone()),
                (Server::Staff, client.staff.clone()),
                (Server::Participants, client.participants.clone()),
                (Server::Attendance, client.attendance.clone()),
                (Server::Consent, client.consent.clone()),
                (Server::Export, client.export.clone()),
            ]),
            metadata: client.ask(()).metadata().clone(),
        }
    }

    pub fn member(member: &StaffMember) -> Self {
        Self {
            kind: Kind::Person,
            ways: Ways::from([
                (Server::Identity, member.identity()),
                (Server::Staff, member.staff()),
            ]),
            metadata: member.ask(()).metadata().clone(),
        }
    }

    /// A person signed in to the participants' pages.
    pub async fn participant(gateway: &Gateway, person: &Person) -> Result<Self> {
        let session = gateway.sign_in(person, Portal::Participant).await?;
        let token = gateway.exchange(&session.reference_token).await?.access_token;
        let mut metadata = from_browser(()).metadata().clone();
        metadata.insert("authorization", format!("Bearer {token}").parse()?);
        Ok(Self {
            kind: Kind::Person,
            ways: Ways::from([
                (Server::Identity, gateway.identity.clone()),
                (Server::Staff, gateway.staff.clone()),
            ]),
            metadata,
        })
    }

    /// The same over other connections: people come through the gateway to every service.
    #[must_use]
    pub fn over(self, ways: &Ways) -> Self {
        Self {
            ways: ways.clone(),
            ..self
        }
    }

    /// Calls a method with a message as it goes over the wire.
    pub async fn call(&self, server: Server, method: &str, message: Vec<u8>) -> Result<Answer> {
        let channel = self.ways.get(&server);
        let channel = channel.with_context(|| format!("no way to {server:?}"))?;
        let mut request = Request::new(Bytes::from(message));
        *request.metadata_mut() = self.metadata.clone();
        request.set_timeout(PATIENCE);
        let mut grpc = Grpc::new(channel.clone());
        grpc.ready().await.context("no connection")?;
        let path = format!("/{method}").try_into()?;
        Ok(match grpc.server_streaming(request, path, Plain).await {
            Ok(response) => Answer::read(response).await,
            Err(status) => Answer::refused(&status),
        })
    }

    /// Calls a method that must go well.
    pub async fn ask<T: Message + Default>(
        &self,
        server: Server,
        method: &str,
        message: &impl Message,
    ) -> Result<T> {
        let answer = self.call(server, method, message.encode_to_vec()).await?;
        let first = answer.messages.first().cloned();
        let first = first.with_context(|| format!("{method} answered {}", answer.told()))?;
        T::decode(first).context("an answer of another kind")
    }

    /// What the own token says.
    pub fn claims(&self) -> Result<Claims> {
        let token = self.metadata.get("authorization").context("a token")?.to_str()?;
        let body = token.split('.').nth(1).context("a token of three parts")?;
        Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(body)?)?)
    }

    fn connect(places: &Places, certificate: &Identity, kind: Kind, metadata: MetadataMap) -> Result<Self> {
        Ok(Self {
            kind,
            ways: ways(places, certificate)?,
            metadata,
        })
    }
}
