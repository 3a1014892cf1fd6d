//! A person who works for an organisation, signed in to the staff pages.

use anyhow::{Context as _, Result};
use proto::identity::v1::Portal;
use proto::staff::v1::{
    AcceptNominationRequest, Account, ListMyAccountsRequest, account_service_client::AccountServiceClient,
    nomination_service_client::NominationServiceClient, register_service_client::RegisterServiceClient,
};
use proto::uploads::v1::{UploadChunkRequest, upload_service_client::UploadServiceClient};
use support::people::Person;
use tonic::{Request, transport::Channel};

use crate::{Gateway, gateway::from_browser, new_id};

/// Chunk size of uploads: as large as the contract allows.
const CHUNK: usize = 1 << 20;

/// Somebody signed in with BankID; acts through an account once one is chosen.
#[derive(Clone, Debug)]
pub struct StaffMember {
    gateway: Gateway,
    /// What the browser's cookie holds.
    pub reference_token: String,
    access_token: String,
    account_id: Option<String>,
}

impl StaffMember {
    /// Signs the person in.
    pub async fn sign_in(gateway: &Gateway, person: &Person) -> Result<Self> {
        let session = gateway.sign_in(person, Portal::Staff).await?;
        let token = gateway.exchange(&session.reference_token).await?;
        Ok(Self {
            gateway: gateway.clone(),
            reference_token: session.reference_token,
            access_token: token.access_token,
            account_id: None,
        })
    }

    /// Acts through this account from now on.
    #[must_use]
    pub fn through(mut self, account_id: &str) -> Self {
        self.account_id = Some(account_id.to_owned());
        self
    }

    /// Gets a new access token for the same session.
    pub async fn renew(&mut self) -> Result<()> {
        self.access_token = self.gateway.exchange(&self.reference_token).await?.access_token;
        Ok(())
    }

    /// A request with this person's token and account.
    pub fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = from_browser(message);
        let token = format!("Bearer {}", self.access_token)
            .parse()
            .expect("a token is ASCII");
        request.metadata_mut().insert("authorization", token);
        if let Some(account_id) = &self.account_id {
            request
                .metadata_mut()
                .insert("deltaga-account", account_id.parse().expect("an id is ASCII"));
        }
        request
    }

    /// Own accounts.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let answer = self
            .account_service()
            .list_my_accounts(self.ask(ListMyAccountsRequest {}))
            .await?;
        Ok(answer
            .into_inner()
            .accounts
            .into_iter()
            .filter_map(|own| own.account)
            .collect())
    }

    /// Accepts a nomination and acts through the account it became.
    pub async fn accept_nomination(self, nomination_id: &str) -> Result<(Self, Account)> {
        let request = AcceptNominationRequest {
            nomination_id: nomination_id.to_owned(),
        };
        let answer = self
            .nomination_service()
            .accept_nomination(self.ask(request))
            .await?
            .into_inner();
        let account = answer.account.context("an account")?;
        Ok((self.through(&account.account_id), account))
    }

    /// Uploads a file to staff and gives its upload id.
    pub async fn upload_to_staff(&self, content: &[u8]) -> Result<String> {
        let upload_id = new_id();
        let mut client = UploadServiceClient::new(self.staff());
        for (number, chunk) in content.chunks(CHUNK).enumerate() {
            let offset = i64::try_from(number * CHUNK)?;
            let request = UploadChunkRequest {
                upload_id: upload_id.clone(),
                offset,
                content: chunk.to_vec().into(),
            };
            client.upload_chunk(self.ask(request)).await?;
        }
        Ok(upload_id)
    }

    /// Connection to staff.
    pub fn staff(&self) -> Channel {
        self.gateway.staff.clone()
    }

    /// Connection to identity.
    pub fn identity(&self) -> Channel {
        self.gateway.identity.clone()
    }

    /// Accounts.
    pub fn account_service(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.staff())
    }

    /// Nominations.
    pub fn nomination_service(&self) -> NominationServiceClient<Channel> {
        NominationServiceClient::new(self.staff())
    }

    /// The register.
    pub fn register_service(&self) -> RegisterServiceClient<Channel> {
        RegisterServiceClient::new(self.staff())
    }
}
