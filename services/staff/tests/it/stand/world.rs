//! A world that most tests begin in: the agency, two organisations from a file, each with an administrator.

use proto::staff::v1::*;
use proto::types::v1::{Day, Validity};
use proto::uploads::v1::UploadChunkRequest;
use staff::commands::create_agency::CreateAgency;
use staff::domain::contact::PersonName;
use staff::domain::number::PersonalNumber;
use support::people::PEOPLE;
use uuid::Uuid;

use super::{Caller, Stand};

pub const HEADER: &str = "organisation_number,organisation_name,organisation_kind,training,unit_number,unit_name,procured_service_code,procured_service_name,documents_online,esf_funded,rule_set,office_code,office_name,street_address,postal_code,city,valid_from,valid_to";
pub const FIRST_ROW: &str = "556016-0680,Provbolaget AB,provider,no,KA1001,Rusta Norr,ROM,Rusta och matcha,yes,yes,cooperation_history,K1,Kontor Ett,Provgatan 1,111 22,Stockholm,2026-01-01,";
pub const SECOND_ROW: &str = "556016-0680,Provbolaget AB,provider,no,KA1001,Rusta Norr,ROM,Rusta och matcha,yes,yes,cooperation_history,K2,Kontor Två,Provgatan 2,111 33,Stockholm,2026-01-01,";
pub const OTHER_ROW: &str = "202100-5489,Grannbolaget AB,provider,no,KA2001,Grannenheten,ROM,Rusta och matcha,yes,yes,cooperation_history,K1,Grannkontoret,Granngatan 1,222 33,Malmö,2026-01-01,";

/// A stand with people in it.
pub struct World {
    pub stand: Stand,
    /// The agency's first account.
    pub agency: Caller,
    pub agency_organisation: Uuid,
    /// Two organisations of the file, by number.
    pub first: Organisation,
    pub other: Organisation,
}

impl World {
    pub async fn new() -> Self {
        let mut world = Self::with_agency().await;
        world.import(&[FIRST_ROW, SECOND_ROW, OTHER_ROW]).await;
        world.first = world.organisation("556016-0680").await;
        world.other = world.organisation("202100-5489").await;
        world
    }

    /// The agency alone.
    pub async fn with_agency() -> Self {
        let stand = Stand::new().await;
        let input = CreateAgency {
            organisation_name: "Arbetsförmedlingen".to_owned(),
            organisation_number: None,
            person_name: PersonName::parse(&PEOPLE[0].full_name()).unwrap(),
            person_number: number(0),
        };
        let made = stand.commands().create_agency(&input).await.unwrap();
        let person = stand.identity.person(PEOPLE[0].number);
        let agency = stand.signed_in(person).with(&made.account.to_string());
        let (first, other) = (Organisation::default(), Organisation::default());
        Self {
            stand,
            agency,
            agency_organisation: made.organisation.as_uuid(),
            first,
            other,
        }
    }

    /// Uploads rows under the header.
    pub async fn upload(&self, rows: &[&str]) -> String {
        self.upload_bytes(
            &self.agency,
            format!("{HEADER}\n{}\n", rows.join("\n")).into_bytes(),
        )
        .await
    }

    pub async fn upload_bytes(&self, caller: &Caller, content: Vec<u8>) -> String {
        let upload_id = fresh_id();
        let chunk = UploadChunkRequest {
            upload_id: upload_id.clone(),
            offset: 0,
            content: content.into(),
        };
        caller
            .uploads()
            .upload_chunk(caller.request(chunk))
            .await
            .unwrap();
        upload_id
    }

    /// Imports rows that must be good.
    pub async fn import(&self, rows: &[&str]) -> ImportRegisterResponse {
        let answer = self.try_import(rows, |_| ()).await.unwrap();
        assert!(answer.imported, "{answer:?}");
        answer
    }

    pub async fn try_import(
        &self,
        rows: &[&str],
        change: impl FnOnce(&mut ImportRegisterRequest),
    ) -> Result<ImportRegisterResponse, tonic::Status> {
        let upload_id = self.upload(rows).await;
        let mut request = ImportRegisterRequest {
            request_id: fresh_id(),
            upload_id,
            ..Default::default()
        };
        change(&mut request);
        self.send_import(request).await
    }

    pub async fn send_import(
        &self,
        request: ImportRegisterRequest,
    ) -> Result<ImportRegisterResponse, tonic::Status> {
        let answer = self
            .agency
            .register()
            .import_register(self.agency.request(request))
            .await;
        answer.map(tonic::Response::into_inner)
    }

    /// The organisation of a number, with its units.
    pub async fn organisation(&self, number: &str) -> Organisation {
        let request = self.agency.request(ListOrganisationsRequest::default());
        let listed = self
            .agency
            .register()
            .list_organisations(request)
            .await
            .unwrap()
            .into_inner()
            .organisations;
        let found = listed
            .into_iter()
            .find(|it| it.organisation_number == number)
            .unwrap();
        let request = self.agency.request(GetOrganisationRequest {
            organisation_id: found.organisation_id,
        });
        self.agency
            .register()
            .get_organisation(request)
            .await
            .unwrap()
            .into_inner()
            .organisation
            .unwrap()
    }

    pub async fn nominate(&self, organisation: &Organisation, person: usize) -> Nomination {
        let request = self.agency.request(nomination_of(organisation, person));
        let answer = self
            .agency
            .nominations()
            .nominate_administrator(request)
            .await
            .unwrap();
        answer.into_inner().nomination.unwrap()
    }

    /// The person of the fixtures, signed in.
    pub fn person(&self, person: usize) -> Caller {
        self.stand
            .signed_in(self.stand.identity.person(PEOPLE[person].number))
    }

    pub async fn accept(&self, nomination: &Nomination, person: usize) -> Account {
        let caller = self.person(person);
        let request = caller.request(AcceptNominationRequest {
            nomination_id: nomination.nomination_id.clone(),
        });
        caller
            .nominations()
            .accept_nomination(request)
            .await
            .unwrap()
            .into_inner()
            .account
            .unwrap()
    }

    /// An administrator of the organisation, acting through their account.
    pub async fn administrator(&self, organisation: &Organisation, person: usize) -> (Caller, Account) {
        let nomination = self.nominate(organisation, person).await;
        let account = self.accept(&nomination, person).await;
        (self.person(person).with(&account.account_id), account)
    }
}

/// A nomination of a person of the fixtures.
pub fn nomination_of(organisation: &Organisation, person: usize) -> NominateAdministratorRequest {
    NominateAdministratorRequest {
        request_id: fresh_id(),
        organisation_id: organisation.organisation_id.clone(),
        personal_number: PEOPLE[person].number.to_owned(),
        name: PEOPLE[person].full_name(),
        email: "nominee@example.org".to_owned(),
        ..Default::default()
    }
}

/// An invitation of a colleague who reports in one unit.
pub fn invitation(organisation: &Organisation, person: usize) -> InviteColleagueRequest {
    InviteColleagueRequest {
        request_id: fresh_id(),
        name: PEOPLE[person].full_name(),
        personal_number: PEOPLE[person].number.to_owned(),
        mobile: "+46701740605".to_owned(),
        permissions: vec![grant(proto::policy::v1::Permission::ReportAndPlan, None)],
        scope: vec![UnitScope {
            unit_id: organisation.units[0].unit_id.clone(),
            all_offices: true,
            office_ids: Vec::new(),
        }],
        ..Default::default()
    }
}

pub fn grant(permission: proto::policy::v1::Permission, to: Option<Day>) -> PermissionGrant {
    let from = Some(day(2026, 1, 1));
    PermissionGrant {
        permission: permission.into(),
        validity: Some(Validity { from, to }),
    }
}

pub fn day(year: i32, month: i32, day: i32) -> Day {
    Day { year, month, day }
}

pub fn number(person: usize) -> PersonalNumber {
    PersonalNumber::parse(PEOPLE[person].number, "2026-03-02".parse().unwrap()).unwrap()
}

pub fn fresh_id() -> String {
    let entropy = platform::clock::SystemEntropy;
    platform::ids::new_uuid(&platform::clock::SystemClock::new(), &entropy).to_string()
}
