//! What goes wrong every day, and numbers in places where none belongs: each is refused, and what services write about
//! it must not repeat it.

use anyhow::{Result, ensure};
use e2e::accounts::{Administrator, Change};
use e2e::world::World;
use journey::tour::{AgencyDesk, CAST};
use journey::{Phone, StaffMember, new_id, register};
use proto::identity::v1::invitation_service_client::InvitationServiceClient;
use proto::identity::v1::{OpenInvitationRequest, Portal};
use proto::staff::v1::nomination_service_client::NominationServiceClient;
use proto::staff::v1::{
    AcceptNominationRequest, Account, GetAccountRequest, InviteColleagueRequest, ListMyAccountsRequest,
    NominateAdministratorRequest, UpdateAccountRequest,
};
use proto::types::v1::Language;
use support::people::{PEOPLE, Person};
use tonic::{Request, Response, Status};

/// Invited, and never answers.
pub const COLLEAGUE: Person = PEOPLE[6];

/// A fixture's number with another check digit.
pub const MISTYPED: Person = Person {
    number: "19850709-9855",
    given_name: PEOPLE[5].given_name,
    surname: PEOPLE[5].surname,
};

struct Mistakes<'a> {
    world: &'a World,
    desk: AgencyDesk,
    administrator: Administrator,
}

/// Makes every mistake once, and the one invitation that is none.
pub async fn make_all(world: &World) -> Result<()> {
    let mistakes = Mistakes {
        world,
        desk: AgencyDesk::open(&world.places, &world.gateway()?, &CAST.officer).await?,
        administrator: world.administrator().await?,
    };
    mistakes.invite_a_colleague().await?;
    mistakes.mistype_a_number().await?;
    mistakes.import_a_wrong_number().await?;
    mistakes.be_somebody_else().await?;
    mistakes.act_through_an_unknown_account().await?;
    mistakes.put_the_number_everywhere().await?;
    mistakes.cancel_a_sign_in().await
}

impl Mistakes<'_> {
    // The address holds the name, as addresses do.
    async fn invite_a_colleague(&self) -> Result<()> {
        let request = self.invitation(COLLEAGUE.number, &COLLEAGUE);
        self.member()
            .account_service()
            .invite_colleague(self.member().ask(request))
            .await?;
        Ok(())
    }

    async fn mistype_a_number(&self) -> Result<()> {
        let request = NominateAdministratorRequest {
            request_id: new_id(),
            organisation_id: self.desk.organisation("Övningsanordnaren").await?.organisation_id,
            personal_number: MISTYPED.number.to_owned(),
            name: MISTYPED.full_name(),
            email: "wrong@provbolaget.example".to_owned(),
            mobile: String::new(),
            language: Language::Sv.into(),
        };
        let mut nominations = NominationServiceClient::new(self.desk.system.staff.clone());
        refused(
            "a wrong check digit",
            &nominations
                .nominate_administrator(self.desk.system.ask(request))
                .await,
        )?;
        let request = self.invitation(MISTYPED.number, &MISTYPED);
        refused("a wrong check digit", &self.invite(request).await)?;
        let request = self.invitation("19850732-9854", &MISTYPED);
        refused("an impossible day", &self.invite(request).await)
    }

    async fn import_a_wrong_number(&self) -> Result<()> {
        let file = register::example().replace("19571105-9815", MISTYPED.number);
        let outcome = self.desk.import_register(&file).await;
        ensure!(outcome.is_err(), "a wrong number was imported");
        Ok(())
    }

    async fn be_somebody_else(&self) -> Result<()> {
        let stranger = StaffMember::sign_in(&self.world.gateway()?, &CAST.stranger).await?;
        let request = AcceptNominationRequest {
            nomination_id: new_id(),
        };
        let outcome = stranger
            .nomination_service()
            .accept_nomination(stranger.ask(request))
            .await;
        refused("an unknown nomination", &outcome)
    }

    async fn act_through_an_unknown_account(&self) -> Result<()> {
        for account in [new_id(), CAST.administrator.digits()] {
            let member = self.member().clone().through(&account);
            let request = GetAccountRequest { account_id: new_id() };
            let outcome = member.account_service().get_account(member.ask(request)).await;
            refused("an unknown account", &outcome)?;
        }
        Ok(())
    }

    async fn put_the_number_everywhere(&self) -> Result<()> {
        let (member, number) = (self.member(), CAST.supervisor.number);
        let mut accounts = member.account_service();
        let account_id = number.to_owned();
        let outcome = accounts
            .get_account(member.ask(GetAccountRequest { account_id }))
            .await;
        refused("a number as an id", &outcome)?;
        let account = Account {
            account_id: new_id(),
            etag: number.to_owned(),
            ..Account::default()
        };
        let request = UpdateAccountRequest {
            request_id: number.to_owned(),
            account: Some(account),
            update_mask: Some(prost_types::FieldMask {
                paths: vec![number.to_owned()],
            }),
        };
        refused(
            "a number as etag and mask",
            &accounts.update_account(member.ask(request)).await,
        )?;
        for key in [
            "authorization",
            "deltaga-min-revision",
            "deltaga-client-certificate",
            "grpc-timeout",
        ] {
            let outcome = accounts
                .list_my_accounts(with_metadata(member, key, number)?)
                .await;
            // Some of them are ignored where they mean nothing.
            drop(outcome);
        }
        let request = OpenInvitationRequest {
            link_secret: number.to_owned(),
        };
        let mut invitations = InvitationServiceClient::new(member.identity());
        let outcome = invitations
            .open_invitation(journey::gateway::from_browser(request))
            .await;
        refused("a number as a link", &outcome)
    }

    async fn cancel_a_sign_in(&self) -> Result<()> {
        let gateway = self.world.gateway()?;
        let sign_in = gateway.start_sign_in(Portal::Participant).await?;
        let shown = gateway.look(&sign_in).await?.flow.unwrap_or_default();
        Phone::new(&self.world.places.phone)
            .scan_and_cancel(&shown.qr_text, &CAST.stranger)
            .await?;
        ensure!(
            gateway.wait(&sign_in).await.is_err(),
            "a cancelled sign-in made a session"
        );
        Ok(())
    }

    async fn invite(
        &self,
        request: InviteColleagueRequest,
    ) -> Result<Response<proto::staff::v1::InviteColleagueResponse>, Status> {
        self.member()
            .account_service()
            .invite_colleague(self.member().ask(request))
            .await
    }

    fn invitation(&self, number: &str, person: &Person) -> InviteColleagueRequest {
        let change = Change::all(&self.world.units);
        InviteColleagueRequest {
            request_id: new_id(),
            name: person.full_name(),
            personal_number: number.to_owned(),
            email: format!("{}@provbolaget.example", person.given_name),
            mobile: String::new(),
            permissions: change.permissions,
            scope: change.scope,
            language: Language::Sv.into(),
        }
    }

    fn member(&self) -> &StaffMember {
        self.administrator.member()
    }
}

fn with_metadata(
    member: &StaffMember,
    key: &'static str,
    value: &str,
) -> Result<Request<ListMyAccountsRequest>> {
    let mut request = member.ask(ListMyAccountsRequest {});
    request.metadata_mut().insert(key, value.parse()?);
    Ok(request)
}

fn refused<T>(what: &str, outcome: &Result<Response<T>, Status>) -> Result<()> {
    ensure!(outcome.is_err(), "{what} was accepted");
    Ok(())
}
