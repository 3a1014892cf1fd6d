//! From nomination to administrator.

use anyhow::{Context as _, Result, ensure};
use proto::identity::v1::{OpenInvitationRequest, invitation_service_client::InvitationServiceClient};
use proto::staff::v1::{
    AcceptNominationRequest, Account, NominateAdministratorRequest, Organisation,
    nomination_service_client::NominationServiceClient,
};
use proto::types::v1::Language;
use support::people::Person;

use super::AgencyDesk;
use crate::{Gateway, Mailbox, StaffMember, gateway::from_browser, new_id};

/// What nominating needs.
pub struct Nominations<'a> {
    pub gateway: &'a Gateway,
    pub desk: &'a AgencyDesk,
    pub mailbox: &'a Mailbox,
}

/// An administrator who accepted.
pub struct Administrator {
    /// Signed in, acting through the account.
    pub member: StaffMember,
    /// The account.
    pub account_id: String,
}

impl Nominations<'_> {
    /// Nominates by e-mail; a stranger tries the link first and is refused.
    pub async fn administrator(
        &self,
        organisation: &Organisation,
        person: &Person,
        member: StaffMember,
        stranger: &StaffMember,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Administrator> {
        if let Some(known) = already(organisation, &member).await? {
            return Ok(known);
        }
        let address = "administrator@provbolaget.example";
        self.nominate(organisation, person, address, "").await?;
        let nomination_id = self.open_link(address).await?;
        let request = AcceptNominationRequest {
            nomination_id: nomination_id.clone(),
        };
        let refused = stranger
            .nomination_service()
            .accept_nomination(stranger.ask(request))
            .await;
        ensure!(
            refused.is_err(),
            "somebody else's BankID was accepted on a nomination"
        );
        tell(
            "  Somebody else who got hold of the link was refused, and the attempt stands on the nomination.",
        );
        accept(&nomination_id, member).await
    }

    /// Nominates by SMS.
    pub async fn by_sms(
        &self,
        organisation: &Organisation,
        person: &Person,
        member: StaffMember,
        mobile: &str,
    ) -> Result<Administrator> {
        if let Some(known) = already(organisation, &member).await? {
            return Ok(known);
        }
        self.nominate(organisation, person, "", mobile).await?;
        let nomination_id = self.open_link(mobile).await?;
        accept(&nomination_id, member).await
    }

    async fn nominate(
        &self,
        organisation: &Organisation,
        person: &Person,
        email: &str,
        mobile: &str,
    ) -> Result<()> {
        let request = NominateAdministratorRequest {
            request_id: new_id(),
            organisation_id: organisation.organisation_id.clone(),
            personal_number: person.number.to_owned(),
            name: person.full_name(),
            email: email.to_owned(),
            mobile: mobile.to_owned(),
            language: Language::Sv.into(),
        };
        let mut nominations = NominationServiceClient::new(self.desk.system.staff.clone());
        nominations
            .nominate_administrator(self.desk.system.ask(request))
            .await?;
        Ok(())
    }

    async fn open_link(&self, recipient: &str) -> Result<String> {
        let link_secret = self.mailbox.link_secret(recipient).await?;
        let mut invitations = InvitationServiceClient::new(self.gateway.identity.clone());
        let answer = invitations
            .open_invitation(from_browser(OpenInvitationRequest { link_secret }))
            .await?;
        Ok(answer.into_inner().subject_id)
    }
}

async fn already(organisation: &Organisation, member: &StaffMember) -> Result<Option<Administrator>> {
    let own: Vec<Account> = member.accounts().await?;
    let found = own
        .into_iter()
        .find(|account| account.organisation_id == organisation.organisation_id);
    Ok(found.map(|account| Administrator {
        member: member.clone().through(&account.account_id),
        account_id: account.account_id,
    }))
}

async fn accept(nomination_id: &str, member: StaffMember) -> Result<Administrator> {
    let (member, account) = member
        .accept_nomination(nomination_id)
        .await
        .context("the nominee was refused")?;
    Ok(Administrator {
        member,
        account_id: account.account_id,
    })
}
