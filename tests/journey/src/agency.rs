//! A system of the agency that calls with its own certificate.

use anyhow::Result;
use proto::identity::v1::{IssueTokenRequest, client_service_client::ClientServiceClient};
use support::ca::Identity;
use tonic::{Request, transport::Channel};

use crate::Places;
use crate::places::connect;

/// A machine client, registered by an operator before.
#[derive(Clone, Debug)]
pub struct AgencyClient {
    /// Connection to identity under the client's certificate.
    pub identity: Channel,
    /// Connection to staff under the client's certificate.
    pub staff: Channel,
    /// Connection to participants under the client's certificate.
    pub participants: Channel,
    /// Connection to attendance under the client's certificate.
    pub attendance: Channel,
    /// Connection to consent under the client's certificate.
    pub consent: Channel,
    /// Connection to export under the client's certificate.
    pub export: Channel,
    access_token: String,
}

impl AgencyClient {
    /// Gets a token for the certificate.
    pub async fn connect(places: &Places, certificate: &Identity) -> Result<Self> {
        let identity = places.to_identity(certificate)?;
        let answer = ClientServiceClient::new(identity.clone())
            .issue_token(Request::new(IssueTokenRequest {}))
            .await?;
        let access_token = answer.into_inner().access_token;
        Ok(Self {
            identity,
            staff: places.to_staff(certificate)?,
            participants: connect(&places.participants, certificate)?,
            attendance: connect(&places.attendance, certificate)?,
            consent: connect(&places.consent, certificate)?,
            export: connect(&places.export, certificate)?,
            access_token,
        })
    }

    /// The same client with a new token: one ends within five minutes.
    pub async fn renewed(&self) -> Result<Self> {
        let answer = ClientServiceClient::new(self.identity.clone())
            .issue_token(Request::new(IssueTokenRequest {}))
            .await?;
        Ok(Self {
            access_token: answer.into_inner().access_token,
            ..self.clone()
        })
    }

    /// A request with this client's token.
    pub fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let token = format!("Bearer {}", self.access_token)
            .parse()
            .expect("a token is ASCII");
        request.metadata_mut().insert("authorization", token);
        request
    }
}
