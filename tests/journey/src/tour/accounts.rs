//! An administrator gives a colleague an account.

use anyhow::{Context as _, Result};
use proto::identity::v1::{OpenInvitationRequest, invitation_service_client::InvitationServiceClient};
use proto::policy::v1::Permission;
use proto::staff::v1::{
    AcceptInvitationRequest, InviteColleagueRequest, ListAccountsRequest, Organisation, PermissionGrant,
    UnitScope,
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

/// Invites a colleague into one of the organisation's units and has the invitation accepted; gives the account.
pub async fn colleague(
    gateway: &Gateway,
    mailbox: &Mailbox,
    administrator: &Administrator,
    organisation: &Organisation,
    person: &Person,
    post: &Post,
) -> Result<String> {
    let member = &administrator.member;
    if let Some(known) = known_account(member, person).await? {
        return Ok(known);
    }
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
    let (colleague, (account_id, link_secret)) = tokio::try_join!(
        StaffMember::sign_in(gateway, person),
        invite(member, mailbox, request, post.address)
    )?;
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
    Ok(account_id)
}

/// The account and the secret of the link that came.
async fn invite(
    member: &StaffMember,
    mailbox: &Mailbox,
    request: InviteColleagueRequest,
    address: &str,
) -> Result<(String, String)> {
    let invited = member
        .account_service()
        .invite_colleague(member.ask(request))
        .await?
        .into_inner();
    let account_id = invited.account.context("an account")?.account_id;
    Ok((account_id, mailbox.link_secret(address).await?))
}

async fn known_account(member: &StaffMember, person: &Person) -> Result<Option<String>> {
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
    Ok(listed
        .accounts
        .into_iter()
        .next()
        .map(|account| account.account_id))
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
