//! A provider's own system: Connect JSON with its certificate, through the gateway's port for suppliers.

use anyhow::{Context as _, Result};
use prost::Message;
use proto::identity::v1::{
    ClientKind, IssueTokenRequest, IssueTokenResponse, RegisterClientRequest,
    client_service_client::ClientServiceClient,
};
use support::ca::Identity;

use crate::{Places, StaffMember, connect, new_id};

/// A system with a token that is bound to its certificate.
#[derive(Clone, Debug)]
pub struct SupplierSystem {
    address: String,
    http: reqwest::Client,
    access_token: String,
}

impl SupplierSystem {
    /// Connects a provider's system; an operator registers its certificate the first time.
    pub async fn connect(
        places: &Places,
        operator: &StaffMember,
        organisation_id: &str,
        name: &str,
    ) -> Result<Self> {
        let certificate = places.client(name)?;
        let http = client(&certificate)?;
        let mut system = Self {
            address: places.suppliers.clone(),
            http,
            access_token: String::new(),
        };
        if system.renew().await.is_err() {
            let request = RegisterClientRequest {
                request_id: new_id(),
                display_name: name.to_owned(),
                kind: ClientKind::Supplier.into(),
                organisation_id: organisation_id.to_owned(),
                certificate_pem: certificate.certificate_pem()?,
            };
            ClientServiceClient::new(operator.identity())
                .register_client(operator.ask(request))
                .await
                .context("a supplier's system could not be registered")?;
            system.renew().await?;
        }
        Ok(system)
    }

    /// The same system with a new token: one ends within five minutes.
    pub async fn renewed(&self) -> Result<Self> {
        let mut system = self.clone();
        system.access_token.clear();
        system.renew().await?;
        Ok(system)
    }

    async fn renew(&mut self) -> Result<()> {
        let answer: IssueTokenResponse = self
            .call(
                "deltaga.identity.v1.ClientService/IssueToken",
                &IssueTokenRequest {},
            )
            .await?;
        self.access_token = answer.access_token;
        Ok(())
    }

    /// Calls a method written `package.Service/Method`, behind `<service>/` where several services serve it.
    pub async fn call<A: Message + Default>(&self, path: &str, message: &impl Message) -> Result<A> {
        let method = connect::method_of(path);
        let mut request = self.http.post(format!("{}/{path}", self.address));
        if !self.access_token.is_empty() {
            request = request.bearer_auth(&self.access_token);
        }
        Ok(connect::send(request, method, message).await?.0)
    }
}

fn client(certificate: &Identity) -> Result<reqwest::Client> {
    let pem = format!("{}{}", certificate.certificate_pem()?, certificate.key_pem()?);
    Ok(reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(certificate.ca_pem()?.as_bytes())?])
        .identity(reqwest::Identity::from_pem(pem.as_bytes())?)
        .build()?)
}
