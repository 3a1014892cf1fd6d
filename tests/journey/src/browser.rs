//! A person in front of a browser with a phone beside it: Connect JSON with cookies through the gateway.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use prost::Message;
use proto::identity::v1::{
    BankidFlow, Device, FlowState, GetSignInRequest, GetSignInResponse, GetSigningRequest,
    GetSigningResponse, Portal, StartSignInRequest, StartSignInResponse, StartSigningRequest,
    StartSigningResponse,
};
use proto::types::v1::Language;
use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;
use support::eventually::try_eventually;
use support::people::Person;

use crate::{Phone, Places, connect};

/// Between two looks at a flow.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long somebody tries to scan a code.
const SCANNED: Duration = Duration::from_secs(10);
/// A flow that takes longer than this in a test has gone wrong.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser of one person, signed in or not. Clones share the cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    address: String,
    http: reqwest::Client,
    phone: Phone,
    person: Person,
    account_id: Option<String>,
    kept: Arc<Mutex<Kept>>,
}

/// What a browser keeps between calls.
#[derive(Debug, Default)]
struct Kept {
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// Opens a browser that holds nothing yet.
    pub fn open(places: &Places, person: &Person) -> Self {
        Self {
            address: places.browsers.clone(),
            http: reqwest::Client::new(),
            phone: Phone::new(&places.phone),
            person: *person,
            account_id: None,
            kept: Arc::default(),
        }
    }

    /// Opens one and signs the person in with BankID.
    pub async fn sign_in(places: &Places, person: &Person, portal: Portal) -> Result<Self> {
        let browser = Self::open(places, person);
        let request = StartSignInRequest {
            portal: portal.into(),
            device: Device::Other.into(),
            language: Language::Sv.into(),
            return_url: String::new(),
        };
        let started: StartSignInResponse = browser
            .call("deltaga.identity.v1.SignInService/StartSignIn", &request)
            .await?;
        let flow_id = started.flow.context("a flow")?.flow_id;
        let request = GetSignInRequest {
            flow_id,
            flow_token: String::new(),
        };
        let look = async || {
            let seen: GetSignInResponse = browser
                .call("deltaga.identity.v1.SignInService/GetSignIn", &request)
                .await?;
            seen.flow.context("a flow")
        };
        browser.follow(look).await.context("the sign-in failed")?;
        Ok(browser)
    }

    /// Acts through this account from now on.
    #[must_use]
    pub fn through(mut self, account_id: &str) -> Self {
        self.account_id = Some(account_id.to_owned());
        self
    }

    /// Signs documents in one BankID order.
    pub async fn sign(&self, signature_ids: Vec<String>) -> Result<()> {
        ensure!(!signature_ids.is_empty(), "there is nothing to sign");
        let request = StartSigningRequest {
            signature_ids,
            device: Device::Other.into(),
            language: Language::Sv.into(),
            return_url: String::new(),
        };
        let started: StartSigningResponse = self
            .call("deltaga.identity.v1.SigningService/StartSigning", &request)
            .await?;
        let flow_id = started.flow.context("a flow")?.flow_id;
        let request = GetSigningRequest { flow_id };
        let look = async || {
            let seen: GetSigningResponse = self
                .call("deltaga.identity.v1.SigningService/GetSigning", &request)
                .await?;
            seen.flow.context("a flow")
        };
        self.follow(look).await.context("the signing failed")
    }

    /// Calls a method written `package.Service/Method`, behind `<service>/` where several services serve it.
    pub async fn call<A: Message + Default>(&self, path: &str, message: &impl Message) -> Result<A> {
        let method = connect::method_of(path);
        let mut request = self.http.post(format!("{}/{path}", self.address));
        if let Some(account_id) = &self.account_id {
            request = request.header("deltaga-account", account_id);
        }
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let (answer, headers) = connect::send(request, method, message).await?;
        self.keep(&headers);
        Ok(answer)
    }

    /// Downloads everything that is held of the person.
    pub async fn own_data(&self) -> Result<Value> {
        let mut request = self.http.post(format!("{}/own-data", self.address));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let file = request.send().await?.error_for_status()?.bytes().await?;
        serde_json::from_slice(&file).context("the file is no JSON")
    }

    async fn follow(&self, look: impl AsyncFn() -> Result<BankidFlow>) -> Result<()> {
        // A code that a busy machine showed too long is not accepted; the next one is.
        try_eventually(SCANNED, || async {
            let shown = look().await?;
            self.phone.scan_and_approve(&shown.qr_text, &self.person).await
        })
        .await?;
        let wait = async {
            loop {
                let flow = look().await?;
                match flow.state() {
                    FlowState::Complete => return Ok(()),
                    FlowState::Failed => bail!("the flow ended: {:?}", flow.message()),
                    FlowState::Pending | FlowState::Unspecified => tokio::time::sleep(LOOK_EVERY).await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .context("it took too long")?
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut headers = vec![("origin", self.address.clone())];
        if !kept.cookies.is_empty() {
            let pairs = kept.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            headers.push(("cookie", pairs.collect::<Vec<_>>().join("; ")));
        }
        if !kept.csrf.is_empty() {
            headers.push(("deltaga-csrf", kept.csrf.clone()));
        }
        headers
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                if value.is_empty() {
                    kept.cookies.remove(name);
                } else {
                    kept.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        if let Some(token) = headers.get("deltaga-csrf").and_then(|token| token.to_str().ok()) {
            token.clone_into(&mut kept.csrf);
        }
    }
}
