//! Nominates, invites, hires and ends accounts, as the organisations' own people and the agency do it.

use anyhow::{Context, Result};
use journey::{Gateway, Mailbox, StaffMember, gateway::from_browser};
use proto::identity::v1::{
    OpenInvitationRequest, OpenInvitationResponse, invitation_service_client::InvitationServiceClient,
};
use proto::policy::v1::Permission;
use proto::staff::v1 as pb;
use support::people::{PEOPLE, Person};

use crate::answers::callers::{Caller, Server};
use crate::answers::samples::{Objects, grant, invite, nominate};

const ACCOUNTS: &str = "deltaga.staff.v1.AccountService";
const NOMINATE: &str = "deltaga.staff.v1.NominationService/NominateAdministrator";

pub struct Hiring {
    pub gateway: Gateway,
    pub mailbox: Mailbox,
}

impl Hiring {
    /// An organisation's things, with an open nomination and an open invitation for this person. The tag stands in
    /// all names and addresses.
    pub async fn objects(
        &self,
        organisation: &pb::Organisation,
        officer: &Caller,
        administrator: &Caller,
        person: &Person,
        tag: &str,
    ) -> Result<Objects> {
        let id = &organisation.organisation_id;
        let unit = organisation.units[0].unit_id.clone();
        let address = |what: &str| format!("{tag}-{what}@{tag}.example");
        let reporting = vec![grant(Permission::ReportAndPlan, false)];
        let to = address("invited");
        let asked = invite(person.number, &format!("{tag} Inbjuden"), &to, reporting, &unit);
        self.invited(administrator, &asked).await?;
        let (opened, link_secret) = self.open(&to).await?;
        let name = format!("{tag} Nominerad");
        Ok(Objects {
            account: self.own_account(administrator).await?,
            victim: self
                .invite(
                    administrator,
                    "",
                    &format!("{tag} Kollega"),
                    &[Permission::ReportAndPlan],
                    &unit,
                )
                .await?,
            invited: opened.subject_id,
            invitation: opened.invitation_id,
            link_secret,
            nomination: self
                .nominate(officer, id, person, &name, &address("nominated"))
                .await?,
            revocable: self
                .nominate(officer, id, &PEOPLE[12], &name, &address("revocable"))
                .await?,
            organisation: id.clone(),
            nominates_for: id.clone(),
            unit,
            person: administrator.claims()?.sub,
            ..Objects::default()
        })
    }

    pub async fn nominate(
        &self,
        officer: &Caller,
        organisation: &str,
        person: &Person,
        name: &str,
        email: &str,
    ) -> Result<String> {
        let request = nominate(organisation, person.number, name, email);
        let answer: pb::NominateAdministratorResponse =
            officer.ask(Server::Staff, NOMINATE, &request).await?;
        Ok(answer.nomination.context("a nomination")?.nomination_id)
    }

    /// Invites without waiting for the message; gives the account.
    pub async fn invite(
        &self,
        by: &Caller,
        number: &str,
        name: &str,
        permissions: &[Permission],
        unit: &str,
    ) -> Result<String> {
        let permissions = permissions
            .iter()
            .map(|permission| grant(*permission, false))
            .collect();
        let request = invite(number, name, "sample@provbolaget.example", permissions, unit);
        self.invited(by, &request).await
    }

    /// Invites a person, who accepts; gives the account and the person acting through it.
    pub async fn hire(
        &self,
        by: &Caller,
        person: &Person,
        permissions: &[Permission],
        is_over: bool,
        unit: &str,
    ) -> Result<(String, Caller)> {
        let email = format!("hired-{}@provbolaget.example", &person.digits()[8..11]);
        let permissions = permissions
            .iter()
            .map(|permission| grant(*permission, is_over))
            .collect();
        let request = invite(person.number, &person.full_name(), &email, permissions, unit);
        let account_id = self.invited(by, &request).await?;
        let (opened, _) = self.open(&email).await?;
        let member = StaffMember::sign_in(&self.gateway, person).await?;
        let request = pb::AcceptInvitationRequest {
            account_id: opened.subject_id,
            invitation_id: opened.invitation_id,
        };
        let accepted = member
            .account_service()
            .accept_invitation(member.ask(request))
            .await;
        accepted.context("the invitation was not accepted")?;
        let member = member.through(&account_id);
        Ok((account_id, Caller::member(&member)))
    }

    pub async fn end(&self, by: &Caller, account_id: &str) -> Result<()> {
        let request = pb::EndAccountRequest {
            account_id: account_id.to_owned(),
        };
        let method = format!("{ACCOUNTS}/EndAccount");
        by.ask::<pb::EndAccountResponse>(Server::Staff, &method, &request)
            .await?;
        Ok(())
    }

    /// The organisation of the caller's account.
    pub async fn organisation_of(&self, caller: &Caller, account_id: &str) -> Result<String> {
        let own = self.accounts(caller).await?;
        let found = own.into_iter().find(|account| account.account_id == account_id);
        Ok(found.context("the account is not the caller's")?.organisation_id)
    }

    async fn own_account(&self, caller: &Caller) -> Result<String> {
        let account = self.accounts(caller).await?.pop();
        Ok(account.context("the caller has no account")?.account_id)
    }

    async fn accounts(&self, caller: &Caller) -> Result<Vec<pb::Account>> {
        let method = format!("{ACCOUNTS}/ListMyAccounts");
        let request = pb::ListMyAccountsRequest {};
        let answer: pb::ListMyAccountsResponse = caller.ask(Server::Staff, &method, &request).await?;
        Ok(answer
            .accounts
            .into_iter()
            .filter_map(|own| own.account)
            .collect())
    }

    async fn invited(&self, by: &Caller, request: &pb::InviteColleagueRequest) -> Result<String> {
        let method = format!("{ACCOUNTS}/InviteColleague");
        let answer: pb::InviteColleagueResponse = by.ask(Server::Staff, &method, request).await?;
        Ok(answer.account.context("an account")?.account_id)
    }

    async fn open(&self, email: &str) -> Result<(OpenInvitationResponse, String)> {
        let link_secret = self.mailbox.link_secret(email).await?;
        let request = OpenInvitationRequest {
            link_secret: link_secret.clone(),
        };
        let mut invitations = InvitationServiceClient::new(self.gateway.identity.clone());
        let opened = invitations
            .open_invitation(from_browser(request))
            .await?
            .into_inner();
        Ok((opened, link_secret))
    }
}
