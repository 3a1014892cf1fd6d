//! A stack with two organisations, everybody who calls, and what each of them calls about.

mod cast;
mod personal;

use anyhow::{Context, Result};
use e2e::world::World;
use journey::tour::{AgencyDesk, CAST};
use journey::{AgencyClient, Gateway, Mailbox, StaffMember, new_id, register};
use proto::identity::v1::{ClientKind, ListClientsRequest, RegisterClientRequest, RegisterClientResponse};
use proto::policy::v1::Permission;
use proto::staff::v1::Organisation;
use proto::uploads::v1::UploadChunkResponse;
use support::ca::Identity;
use support::eventually::try_eventually;
use support::people::{PEOPLE, Person};

use self::cast::Hiring;
use super::callers::{Caller, Server, Ways, ways};
use super::samples::{Objects, chunk};
use super::{ARRIVAL, METHOD_CLIENTS};

const PROVIDER: &str = "Provbolaget i Norr AB";
/// Common name of the provider's system.
const OWN_SYSTEM: &str = "supplier-own";
const OTHER: &str = "Korsdrag Arbete AB";
/// The other organisation's rows of the register; its marker stands in every name and address.
const OTHER_ROWS: &str = "202100-5448,Korsdrag Arbete AB,provider,no,KA10009,Korsdrag Kiruna,krom,Rusta och matcha,\
yes,yes,cooperation_history,KOR1,Korsdrag centrum,Korsdragsgatan 1,98131,Korsdrag,2026-01-01,\n";

/// A caller with the column it stands in.
pub type Named = (&'static str, Caller);

pub struct Stage {
    pub world: World,
    /// Whoever asks about the own and the other's; each knows its column.
    pub staff: Vec<Named>,
    pub clients: Vec<Named>,
    pub participant: Caller,
    pub without_account: Caller,
    pub revoked: Vec<Caller>,
    pub expired: Vec<Caller>,
    pub certificate: Caller,
    /// Administers the other organisation.
    pub other_administrator: Caller,
    /// The provider's things.
    pub own: Objects,
    /// The same with a nomination and an invitation for whoever has no account.
    pub offered: Objects,
    pub other: Objects,
    pub agency: Objects,
}

struct Setting {
    world: World,
    gateway: Gateway,
    desk: AgencyDesk,
    provider: Organisation,
    other: Organisation,
}

impl Stage {
    pub async fn set() -> Result<Self> {
        let setting = Setting::open().await?;
        let officer = Caller::member(&setting.desk.officer);
        let administrator = Caller::member(setting.world.administrator().await?.member());
        let other_administrator = setting.other_administrator().await?;
        let (revoked, expired) = setting.former(&officer, &administrator).await?;
        let supervisor = setting.supervisor().await?;
        let offered = setting
            .own_things(&officer, &administrator, &CAST.stranger)
            .await?;
        let own = Objects {
            reference_token: supervisor.reference_token.clone(),
            ..setting.own_things(&officer, &administrator, &PEOPLE[14]).await?
        };
        let other = setting.other_things(&officer, &other_administrator).await?;
        let agency = setting.agency_objects(&officer, &own).await?;
        let own_system = setting.supplier(&officer, OWN_SYSTEM, &setting.provider).await?;
        let ways = setting.ways()?;
        let over = |callers: Vec<Caller>| callers.into_iter().map(|caller| caller.over(&ways)).collect();
        let stranger = StaffMember::sign_in(&setting.gateway, &CAST.stranger).await?;
        Ok(Self {
            participant: Caller::participant(&setting.gateway, &PEOPLE[11])
                .await?
                .over(&ways),
            without_account: Caller::member(&stranger).over(&ways),
            certificate: setting.certificate()?,
            staff: vec![
                ("administrator", administrator.over(&ways)),
                ("supervisor", Caller::member(&supervisor).over(&ways)),
                ("agency_staff", officer.over(&ways)),
            ],
            clients: vec![
                ("agency_client", Caller::client(&setting.desk.system)),
                ("supplier", Caller::client(&own_system)),
            ],
            revoked: over(revoked),
            expired: over(expired),
            other_administrator,
            own,
            offered,
            other,
            agency,
            world: setting.world,
        })
    }

    /// The agency's officer in a session of its own.
    pub async fn officer(&self) -> Result<Caller> {
        let member = StaffMember::sign_in(&self.world.gateway()?, &CAST.officer).await?;
        let places = &self.world.places;
        let ways = ways(places, &places.service("gateway")?)?;
        Ok(Caller::member(&member.through(&self.agency.account)).over(&ways))
    }
}

impl Setting {
    async fn open() -> Result<Self> {
        let world = World::whole("answers").await?;
        world.let_everything_go_well(&PEOPLE[5..]).await?;
        let gateway = world.gateway()?;
        let desk = AgencyDesk::open(&world.places, &gateway, &CAST.officer).await?;
        desk.import_register(&format!("{}{OTHER_ROWS}", register::example()))
            .await?;
        Ok(Self {
            provider: desk.organisation(PROVIDER).await?,
            other: desk.organisation(OTHER).await?,
            world,
            gateway,
            desk,
        })
    }

    fn hiring(&self) -> Hiring {
        Hiring {
            gateway: self.gateway.clone(),
            mailbox: Mailbox::new(&self.world.places.messages),
        }
    }

    async fn supervisor(&self) -> Result<StaffMember> {
        let member = StaffMember::sign_in(&self.gateway, &CAST.supervisor).await?;
        let account = member
            .accounts()
            .await?
            .pop()
            .context("the supervisor's account")?;
        Ok(member.through(&account.account_id))
    }

    async fn other_administrator(&self) -> Result<Caller> {
        let officer = Caller::member(&self.desk.officer);
        let hiring = self.hiring();
        let (name, email) = ("Korsdrag Chef", "korsdrag-chef@korsdrag.example");
        let nomination = hiring
            .nominate(&officer, &self.other.organisation_id, &PEOPLE[7], name, email)
            .await?;
        let member = StaffMember::sign_in(&self.gateway, &PEOPLE[7]).await?;
        Ok(Caller::member(&member.accept_nomination(&nomination).await?.0))
    }

    /// Accounts that have ended, and accounts whose permissions are over.
    async fn former(&self, officer: &Caller, administrator: &Caller) -> Result<(Vec<Caller>, Vec<Caller>)> {
        let hiring = self.hiring();
        let provider = [Permission::AdministerPermissions, Permission::ReportAndPlan];
        let agency = [
            Permission::AdministerPermissions,
            Permission::AdministerRegister,
            Permission::Operate,
        ];
        let unit = self.provider.units[0].unit_id.as_str();
        let revoked = [
            hiring
                .hire(administrator, &PEOPLE[5], &provider, false, unit)
                .await?,
            hiring.hire(officer, &PEOPLE[9], &agency, false, "").await?,
        ];
        let expired = [
            hiring
                .hire(administrator, &PEOPLE[6], &provider, true, unit)
                .await?,
            hiring.hire(officer, &PEOPLE[10], &agency, true, "").await?,
        ];
        for (_, caller) in revoked.iter().chain(&expired) {
            known_to_identity(caller, true).await?;
        }
        for ((account, caller), by) in revoked.iter().zip([administrator, officer]) {
            hiring.end(by, account).await?;
            known_to_identity(caller, false).await?;
        }
        let callers = |hired: [(String, Caller); 2]| hired.map(|(_, caller)| caller).to_vec();
        Ok((callers(revoked), callers(expired)))
    }

    async fn supplier(&self, officer: &Caller, name: &str, of: &Organisation) -> Result<AgencyClient> {
        let certificate = self.world.places.client(name)?;
        register_client(officer, &certificate, &of.organisation_id).await?;
        AgencyClient::connect(&self.world.places, &certificate).await
    }

    /// Those of people: through the gateway.
    fn ways(&self) -> Result<Ways> {
        let places = &self.world.places;
        ways(places, &places.service("gateway")?)
    }

    fn certificate(&self) -> Result<Caller> {
        let places = &self.world.places;
        Caller::certificate(places, &places.client(OWN_SYSTEM)?)
    }

    /// The provider's things, with what is offered to a person.
    async fn own_things(&self, officer: &Caller, administrator: &Caller, to: &Person) -> Result<Objects> {
        let tag = format!("own{}", &to.digits()[8..11]);
        let hiring = self.hiring();
        let things = hiring.objects(&self.provider, officer, administrator, to, &tag);
        Ok(Objects {
            certificate_pem: self.world.places.client(OWN_SYSTEM)?.certificate_pem()?,
            ..things.await?
        })
    }

    async fn other_things(&self, officer: &Caller, administrator: &Caller) -> Result<Objects> {
        let spare = self.world.places.client("spare-other")?;
        let system = self.supplier(officer, "supplier-other", &self.other).await?;
        let upload = upload(&Caller::client(&system)).await?;
        let hiring = self.hiring();
        let things = hiring.objects(&self.other, officer, administrator, &PEOPLE[8], "korsdrag");
        Ok(Objects {
            client: register_client(officer, &spare, &self.other.organisation_id).await?,
            certificate_pem: spare.certificate_pem()?,
            chunk_of: upload.clone(),
            upload,
            ..things.await?
        })
    }

    async fn agency_objects(&self, officer: &Caller, own: &Objects) -> Result<Objects> {
        let account = self.desk.account_id().to_owned();
        let organisation = self.hiring().organisation_of(officer, &account).await?;
        let spare = self.world.places.client("spare")?;
        let permissions = [Permission::RunExports];
        Ok(Objects {
            victim: self
                .hiring()
                .invite(officer, "", "Sample", &permissions, "")
                .await?,
            client: register_client(officer, &spare, &organisation).await?,
            organisation,
            account,
            unit: String::new(),
            ..own.clone()
        })
    }
}

/// Uploads a register file and gives its id.
pub async fn upload(caller: &Caller) -> Result<String> {
    let upload_id = new_id();
    let request = chunk(&upload_id, register::example().as_bytes());
    let method = "deltaga.uploads.v1.UploadService/UploadChunk";
    caller
        .ask::<UploadChunkResponse>(Server::Staff, method, &request)
        .await?;
    Ok(upload_id)
}

async fn register_client(officer: &Caller, certificate: &Identity, organisation: &str) -> Result<String> {
    let request = RegisterClientRequest {
        request_id: new_id(),
        display_name: "Sample".to_owned(),
        kind: ClientKind::Supplier.into(),
        organisation_id: organisation.to_owned(),
        certificate_pem: certificate.certificate_pem()?,
    };
    let method = "deltaga.identity.v1.ClientService/RegisterClient";
    let answer: RegisterClientResponse = officer.ask(Server::Identity, method, &request).await?;
    Ok(answer.client.context("a client")?.client_id)
}

// Identity hears of accounts from the topic.
async fn known_to_identity(caller: &Caller, is_known: bool) -> Result<()> {
    let request = prost::Message::encode_to_vec(&ListClientsRequest { page: None });
    try_eventually(ARRIVAL, || async {
        let answer = caller
            .call(Server::Identity, METHOD_CLIENTS, request.clone())
            .await?;
        anyhow::ensure!(
            answer.is("account")? != is_known,
            "identity answers {}",
            answer.told()
        );
        Ok(())
    })
    .await
}
