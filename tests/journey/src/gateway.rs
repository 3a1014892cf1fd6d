//! The gateway as long as there is none: its certificate, the browser's cookie values, the end user's address and user
//! agent in the metadata that the contract names.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use proto::identity::v1::{
    BankidFlow, Device, ExchangeSessionRequest, ExchangeSessionResponse, FlowState, GetSignInRequest,
    GetSignInResponse, Portal, Session, StartSignInRequest, StartSignInResponse,
    session_service_client::SessionServiceClient, sign_in_service_client::SignInServiceClient,
};
use proto::types::v1::Language;
use support::eventually::try_eventually;
use support::people::Person;
use tonic::{Request, metadata::MetadataValue, transport::Channel};

use crate::{Phone, Places};

/// Between two looks at a flow; a browser looks once a second.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long somebody tries to scan a code.
const SCANNED: Duration = Duration::from_secs(10);
/// A sign-in that takes longer than this in a test has gone wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// The door for browsers.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Connection to identity under the gateway's certificate.
    pub identity: Channel,
    /// Connection to staff under the gateway's certificate.
    pub staff: Channel,
    phone: Phone,
}

/// A sign-in that a browser has begun.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The flow as first seen.
    pub flow: BankidFlow,
    /// What the browser's cookie holds.
    pub flow_token: String,
}

impl Gateway {
    /// Connects with the gateway's certificate.
    pub fn open(places: &Places) -> Result<Self> {
        let certificate = places.service("gateway")?;
        Ok(Self {
            identity: places.to_identity(&certificate)?,
            staff: places.to_staff(&certificate)?,
            phone: Phone::new(&places.phone),
        })
    }

    /// Begins to sign in by QR code.
    pub async fn start_sign_in(&self, portal: Portal) -> Result<SignIn> {
        let request = StartSignInRequest {
            portal: portal.into(),
            device: Device::Other.into(),
            language: Language::Sv.into(),
            return_url: String::new(),
        };
        let answer = SignInServiceClient::new(self.identity.clone())
            .start_sign_in(from_browser(request))
            .await?;
        let StartSignInResponse { flow, flow_token } = answer.into_inner();
        Ok(SignIn {
            flow: flow.context("a flow")?,
            flow_token,
        })
    }

    /// Looks once at how far a sign-in has come.
    pub async fn look(&self, sign_in: &SignIn) -> Result<GetSignInResponse, tonic::Status> {
        let request = GetSignInRequest {
            flow_id: sign_in.flow.flow_id.clone(),
            flow_token: sign_in.flow_token.clone(),
        };
        let answer = SignInServiceClient::new(self.identity.clone())
            .get_sign_in(from_browser(request))
            .await?;
        Ok(answer.into_inner())
    }

    /// Signs a person in from the first click to the session.
    pub async fn sign_in(&self, person: &Person, portal: Portal) -> Result<Session> {
        let sign_in = self.start_sign_in(portal).await?;
        // A code that a busy machine showed too long is not accepted; the next one is.
        try_eventually(SCANNED, || async {
            let shown = self.look(&sign_in).await?.flow.context("a flow")?;
            self.phone.scan_and_approve(&shown.qr_text, person).await
        })
        .await?;
        self.wait(&sign_in).await
    }

    /// Waits for a sign-in to end with a session.
    pub async fn wait(&self, sign_in: &SignIn) -> Result<Session> {
        tokio::time::timeout(PATIENCE, self.follow(sign_in))
            .await
            .context("the sign-in took too long")?
    }

    /// Exchanges what the cookie holds for an access token.
    pub async fn exchange(&self, reference_token: &str) -> Result<ExchangeSessionResponse, tonic::Status> {
        let request = ExchangeSessionRequest {
            reference_token: reference_token.to_owned(),
        };
        let answer = SessionServiceClient::new(self.identity.clone())
            .exchange_session(from_browser(request))
            .await?;
        Ok(answer.into_inner())
    }

    async fn follow(&self, sign_in: &SignIn) -> Result<Session> {
        loop {
            let answer = self.look(sign_in).await?;
            let flow = answer.flow.context("a flow")?;
            match flow.state() {
                FlowState::Complete => return answer.session.context("a session"),
                FlowState::Failed => bail!("the sign-in failed: {:?}", flow.message()),
                FlowState::Pending | FlowState::Unspecified => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }
}

/// A request as the gateway passes it on for a browser.
pub fn from_browser<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let metadata = request.metadata_mut();
    metadata.insert(
        "deltaga-end-user-address",
        MetadataValue::from_static("192.0.2.17"),
    );
    metadata.insert(
        "deltaga-end-user-agent",
        MetadataValue::from_static("Mozilla/5.0 (X11; Linux x86_64) Test"),
    );
    request
}
