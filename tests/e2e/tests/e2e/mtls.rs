//! Who is not let in: connections without a certificate, with one that is not trusted or has ended, and services that
//! are not the ones meant. On both services, in both directions.

use std::error::Error as _;

use anyhow::{Result, ensure};
use e2e::world::World;
use platform::config::Environment;
use platform::grpc::{ClientChannel, PeerConfig, TlsConfig, TlsIdentity};
use proto::identity::v1::{GetJwksRequest, ResolvePersonsRequest};
use proto::identity::v1::{key_service_client::KeyServiceClient, person_service_client::PersonServiceClient};
use proto::staff::v1::{ListGrantChangesRequest, ListMyAccountsRequest};
use proto::staff::v1::{
    account_service_client::AccountServiceClient, grant_service_client::GrantServiceClient,
};
use support::ca::{Authority, Identity};
use tempfile::TempDir;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Status};

/// A service that may ask staff for grants and identity for its keys, as every service may.
const ANY_SERVICE: &str = "consent";

struct Doors {
    world: World,
    _folder: TempDir,
    stranger: Authority,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_certificates_of_our_own_authority_get_in_and_only_where_they_belong() -> Result<()> {
    let doors = Doors::open().await?;
    doors.lets_a_service_in().await?;
    doors.refuses_whoever_shows_no_certificate().await?;
    doors.refuses_a_certificate_of_another_authority().await?;
    doors.refuses_a_certificate_that_has_ended().await?;
    doors.refuses_a_service_that_a_call_is_not_for().await?;
    doors.is_refused_by_callers_that_meant_another_service().await?;
    doors.is_refused_by_callers_of_another_authority().await?;
    doors.world.stop().await
}

impl Doors {
    async fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let stranger = Authority::open(folder.path())?;
        Ok(Self {
            world: World::bare("mtls").await?,
            _folder: folder,
            stranger,
        })
    }

    fn own(&self) -> &Authority {
        &self.world.stack.authority
    }

    async fn lets_a_service_in(&self) -> Result<()> {
        let outcomes = self
            .knock(&self.own().service(ANY_SERVICE)?.tonic_client_config()?)
            .await?;
        ensure!(
            outcomes.iter().all(Result::is_ok),
            "a service is refused: {outcomes:?}"
        );
        Ok(())
    }

    async fn refuses_whoever_shows_no_certificate(&self) -> Result<()> {
        let ca = tonic::transport::Certificate::from_pem(self.own().service(ANY_SERVICE)?.ca_pem()?);
        self.refuses("no certificate", &ClientTlsConfig::new().ca_certificate(ca))
            .await
    }

    async fn refuses_a_certificate_of_another_authority(&self) -> Result<()> {
        let ca_file = self.own().service(ANY_SERVICE)?.ca_file;
        let foreign = Identity {
            ca_file,
            ..self.stranger.service(ANY_SERVICE)?
        };
        self.refuses("another authority", &foreign.tonic_client_config()?)
            .await
    }

    async fn refuses_a_certificate_that_has_ended(&self) -> Result<()> {
        self.refuses(
            "an ended certificate",
            &self.own().expired(ANY_SERVICE)?.tonic_client_config()?,
        )
        .await
    }

    // The certificate is good, the name in it is not one that the call is for.
    async fn refuses_a_service_that_a_call_is_not_for(&self) -> Result<()> {
        let tls = self.own().service(ANY_SERVICE)?.tonic_client_config()?;
        let [identity, staff] = self.channels(&tls)?;
        let request = ResolvePersonsRequest {
            person_ids: Vec::new(),
            purpose: "export".to_owned(),
        };
        let persons = PersonServiceClient::new(identity)
            .resolve_persons(request)
            .await
            .map(drop);
        let accounts = AccountServiceClient::new(staff)
            .list_my_accounts(ListMyAccountsRequest {})
            .await
            .map(drop);
        for outcome in [persons, accounts] {
            let code = outcome.as_ref().err().map(Status::code);
            ensure!(
                matches!(code, Some(Code::PermissionDenied | Code::Unauthenticated)),
                "a call for others was answered: {outcome:?}"
            );
        }
        Ok(())
    }

    // Each service answers with a good certificate, under the name of the other.
    async fn is_refused_by_callers_that_meant_another_service(&self) -> Result<()> {
        let certificate = self.own().service(ANY_SERVICE)?;
        let stack = &self.world.stack;
        let as_staff = service_channel("staff", &stack.identity.address(), &certificate)?;
        let as_identity = service_channel("identity", &stack.staff.address(), &certificate)?;
        let grants = GrantServiceClient::new(as_staff)
            .list_grant_changes(ListGrantChangesRequest::default())
            .await;
        let keys = KeyServiceClient::new(as_identity)
            .get_jwks(GetJwksRequest {})
            .await;
        for code in [grants.map(drop), keys.map(drop)].map(|outcome| outcome.map_err(|status| status.code()))
        {
            ensure!(
                code == Err(Code::Unavailable),
                "another service was believed: {code:?}"
            );
        }
        Ok(())
    }

    async fn is_refused_by_callers_of_another_authority(&self) -> Result<()> {
        let ca_file = self.stranger.service(ANY_SERVICE)?.ca_file;
        let distrustful = Identity {
            ca_file,
            ..self.own().service(ANY_SERVICE)?
        };
        self.refuses(
            "a caller who trusts another authority",
            &distrustful.tonic_client_config()?,
        )
        .await
    }

    // Refused by TLS itself: no call gets as far as an answer of the service, so its failure has a cause below.
    async fn refuses(&self, what: &str, tls: &ClientTlsConfig) -> Result<()> {
        for outcome in self.knock(tls).await? {
            let is_below = outcome.as_ref().is_err_and(|status| status.source().is_some());
            ensure!(is_below, "{what} got an answer: {outcome:?}");
        }
        Ok(())
    }

    async fn knock(&self, tls: &ClientTlsConfig) -> Result<[Result<(), Status>; 2]> {
        let [identity, staff] = self.channels(tls)?;
        let keys = KeyServiceClient::new(identity).get_jwks(GetJwksRequest {}).await;
        let grants = GrantServiceClient::new(staff)
            .list_grant_changes(ListGrantChangesRequest::default())
            .await;
        Ok([keys.map(drop), grants.map(drop)])
    }

    fn channels(&self, tls: &ClientTlsConfig) -> Result<[Channel; 2]> {
        let stack = &self.world.stack;
        let channel = |address: String| {
            anyhow::Ok(
                Endpoint::from_shared(address)?
                    .tls_config(tls.clone())?
                    .connect_lazy(),
            )
        };
        Ok([
            channel(stack.identity.address())?,
            channel(stack.staff.address())?,
        ])
    }
}

fn service_channel(service: &str, address: &str, certificate: &Identity) -> Result<ClientChannel> {
    let peer = PeerConfig {
        address: address.to_owned(),
        connections: 1,
        timeout_seconds: 5,
    };
    platform::config::Section::check(&peer, Environment::Development)?;
    let tls = TlsIdentity::load(&TlsConfig {
        ca_file: certificate.ca_file.clone(),
        certificate_file: certificate.certificate_file.clone(),
        key_file: certificate.key_file.clone(),
    })?;
    Ok(ClientChannel::new(service, &peer, &tls)?)
}
