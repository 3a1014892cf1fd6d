//! An administrator gives a colleague an account.

use anyhow::{Context as _, Result};
use proto::identity::v1::{OpenInvitationRequest, invitation_service_client::InvitationServiceClient};
use proto::policy::v1::Permission;
use proto::staff::v1::{
    AcceptInvitationRequest, Account, AccountState, InviteColleagueRequest, ListAccountsRequest,
    Organisation, PermissionGrant, UnitScope,
};
use proto::types::v1::{Day, Language, PageRequest, Validity};
use support::people::Person;

use super::nominations::Administrator;
use crate::{Gateway, Mailbox, StaffMember, gateway::from_browser, new_id};

/// Where a colleague will work.
pub struct Post {
    /// Gets the invitation.
    pub address: &'static str,
    /// Place of the unit in the organisation.
    pub unit: usize,
}

/// Invites a colleague into one of the organisation's units and has the invitation accepted; gives the account. An
/// invitation that was left lying, by whoever was cut off after it, is accepted now.
pub async fn colleague(
    gateway: &Gateway,
    mailbox: &Mailbox,
    administrator: &Administrator,
    organisation: &Organisation,
    person: &Person,
    post: &Post,
) -> Result<String> {
    let known = known_account(&administrator.member, person).await?;
    if let Some(account) = &known
        && account.state() != AccountState::Invited
    {
        return Ok(account.account_id.clone());
    }
    let account = async {
        match known {
            Some(invited) => Ok(invited),
            None => invite(administrator, organisation, person, post).await,
        }
    };
    let (colleague, account) = tokio::try_join!(StaffMember::sign_in(gateway, person), account)?;
    accept(gateway, &colleague, mailbox.link_secret(post.address).await?).await?;
    Ok(account.account_id)
}

/// Sends the invitation; gives the account that waits for its acceptance.
pub async fn invite(
    administrator: &Administrator,
    organisation: &Organisation,
    person: &Person,
    post: &Post,
) -> Result<Account> {
    let request = InviteColleagueRequest {
        request_id: new_id(),
        name: person.full_name(),
        personal_number: person.number.to_owned(),
        email: post.address.to_owned(),
        mobile: String::new(),
        permissions: [Permission::ReceiveParticipants, Permission::ReportAndPlan]
            .map(from_this_year)
            .to_vec(),
        scope: vec![unit(organisation, post.unit)?],
        language: Language::Sv.into(),
    };
    let member = &administrator.member;
    let invited = member
        .account_service()
        .invite_colleague(member.ask(request))
        .await?
        .into_inner();
    invited.account.context("an account")
}

async fn accept(gateway: &Gateway, colleague: &StaffMember, link_secret: String) -> Result<()> {
    let mut invitations = InvitationServiceClient::new(gateway.identity.clone());
    let opened = invitations
        .open_invitation(from_browser(OpenInvitationRequest { link_secret }))
        .await?
        .into_inner();
    let request = AcceptInvitationRequest {
        account_id: opened.subject_id,
        invitation_id: opened.invitation_id,
    };
    colleague
        .account_service()
        .accept_invitation(colleague.ask(request))
        .await?;
    Ok(())
}

async fn known_account(member: &StaffMember, person: &Person) -> Result<Option<Account>> {
    let request = ListAccountsRequest {
        name_contains: person.surname.to_owned(),
        include_ended: false,
        page: Some(PageRequest {
            size: 50,
            token: String::new(),
        }),
    };
    let listed = member
        .account_service()
        .list_accounts(member.ask(request))
        .await?
        .into_inner();
    Ok(listed.accounts.into_iter().next())
}

fn unit(organisation: &Organisation, place: usize) -> Result<UnitScope> {
    let unit = organisation
        .units
        .get(place)
        .context("the organisation has no such unit")?;
    Ok(UnitScope {
        unit_id: unit.unit_id.clone(),
        all_offices: true,
        office_ids: Vec::new(),
    })
}

/// A permission that holds from the beginning of the year on.
pub fn from_this_year(permission: Permission) -> PermissionGrant {
    let from = Some(Day {
        year: 2026,
        month: 1,
        day: 1,
    });
    PermissionGrant {
        permission: permission.into(),
        validity: Some(Validity { from, to: None }),
    }
}
