//! The agency: an officer in the browser and a system with a certificate.

use anyhow::{Context as _, Result, ensure};
use proto::identity::v1::{ClientKind, RegisterClientRequest, client_service_client::ClientServiceClient};
use proto::policy::v1::Permission;
use proto::staff::v1::{
    GetOrganisationRequest, ImportRegisterRequest, ImportRegisterResponse, ListOrganisationsRequest,
    Organisation, RowResult, register_service_client::RegisterServiceClient,
};
use proto::types::v1::PageRequest;
use proto::uploads::v1::{UploadChunkRequest, upload_service_client::UploadServiceClient};
use support::people::Person;

use crate::{AgencyClient, Gateway, Places, StaffMember, new_id};

/// Common name of the agency system's certificate.
const SYSTEM: &str = "agency-register";

/// The agency at work.
pub struct AgencyDesk {
    /// The officer, acting through the agency's account.
    pub officer: StaffMember,
    /// The system.
    pub system: AgencyClient,
    account_id: String,
}

impl AgencyDesk {
    /// Signs the officer in and connects the system, registering its certificate the first time.
    pub async fn open(places: &Places, gateway: &Gateway, officer: &Person) -> Result<Self> {
        let officer = StaffMember::sign_in(gateway, officer).await?;
        let accounts = officer.accounts().await?;
        let operates = |account: &&proto::staff::v1::Account| {
            account
                .permissions
                .iter()
                .any(|grant| grant.permission() == Permission::Operate)
        };
        let account = accounts
            .iter()
            .find(operates)
            .context("the officer has no account at the agency")?;
        let account_id = account.account_id.clone();
        let officer = officer.through(&account_id);
        let system = connect_system(places, &officer, &account.organisation_id).await?;
        Ok(Self {
            officer,
            system,
            account_id,
        })
    }

    /// The officer's account.
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// Uploads and imports a register file; tells in one line what became of its rows.
    pub async fn import_register(&self, file: &str) -> Result<String> {
        let upload_id = new_id();
        let chunk = UploadChunkRequest {
            upload_id: upload_id.clone(),
            offset: 0,
            content: file.as_bytes().to_vec().into(),
        };
        UploadServiceClient::new(self.system.staff.clone())
            .upload_chunk(self.system.ask(chunk))
            .await?;
        let request = ImportRegisterRequest {
            request_id: new_id(),
            upload_id,
            ..Default::default()
        };
        let answer = self
            .register()
            .import_register(self.system.ask(request))
            .await?
            .into_inner();
        let known = answer.rows.iter().all(|row| row.result() == RowResult::Unchanged);
        ensure!(
            answer.imported || known,
            "the register was refused: {}",
            refusals(&answer)
        );
        let count = |result: RowResult| answer.rows.iter().filter(|row| row.result() == result).count();
        Ok(format!(
            "  {} rows: {} created, {} changed, {} known, {} refused",
            answer.rows.len(),
            count(RowResult::Created),
            count(RowResult::Changed),
            count(RowResult::Unchanged),
            count(RowResult::Refused),
        ))
    }

    /// An organisation by name, with its units and offices.
    pub async fn organisation(&self, name: &str) -> Result<Organisation> {
        let request = ListOrganisationsRequest {
            page: Some(PageRequest {
                size: 200,
                token: String::new(),
            }),
        };
        let listed = self
            .register()
            .list_organisations(self.system.ask(request))
            .await?
            .into_inner();
        let found = listed
            .organisations
            .into_iter()
            .find(|organisation| organisation.name == name);
        let organisation_id = found
            .with_context(|| format!("{name} is not in the register"))?
            .organisation_id;
        let request = GetOrganisationRequest { organisation_id };
        let answer = self
            .register()
            .get_organisation(self.system.ask(request))
            .await?
            .into_inner();
        answer.organisation.context("an organisation")
    }

    fn register(&self) -> RegisterServiceClient<tonic::transport::Channel> {
        RegisterServiceClient::new(self.system.staff.clone())
    }
}

fn refusals(answer: &ImportRegisterResponse) -> String {
    let refused = answer
        .rows
        .iter()
        .filter(|row| row.result() == RowResult::Refused);
    let told = refused.flat_map(|row| row.reasons.iter().map(move |why| (row.line, why)));
    told.map(|(line, why)| format!("line {line}, {}: {}", why.column, why.text_en))
        .collect::<Vec<_>>()
        .join("; ")
}

async fn connect_system(
    places: &Places,
    officer: &StaffMember,
    organisation_id: &str,
) -> Result<AgencyClient> {
    let certificate = places.client(SYSTEM)?;
    if let Ok(connected) = AgencyClient::connect(places, &certificate).await {
        return Ok(connected);
    }
    let request = RegisterClientRequest {
        request_id: new_id(),
        display_name: "Agency register".to_owned(),
        kind: ClientKind::Agency.into(),
        organisation_id: organisation_id.to_owned(),
        certificate_pem: certificate.certificate_pem()?,
    };
    let clients = ClientServiceClient::new(officer.identity());
    support::eventually::try_eventually(std::time::Duration::from_secs(20), || {
        let mut clients = clients.clone();
        let request = officer.ask(request.clone());
        // identity learns of the officer's account from Kafka a moment after it was made.
        async move { clients.register_client(request).await.ok() }
    })
    .await
    .context("the agency's system could not be registered")?;
    AgencyClient::connect(places, &certificate).await
}
