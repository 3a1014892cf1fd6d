//! Further staff, for whoever goes on from the tour: a colleague in a provider's second unit, and administrators who work
//! with participants themselves.

use anyhow::{Context as _, Result};
use proto::policy::v1::Permission;
use proto::staff::v1::{Account, GetAccountRequest, Organisation, UnitScope, UpdateAccountRequest};
use support::people::Person;

use super::accounts::{self, Post, from_this_year};
use super::nominations::{Administrator, Nominations};
use super::{AgencyDesk, Cast};
use crate::{Gateway, Mailbox, Places, StaffMember, new_id};

const SECOND_POST: Post = Post {
    address: "second.supervisor@provbolaget.example",
    unit: 1,
};

/// A colleague to be in a provider's second unit.
#[derive(Clone, Copy, Debug)]
pub struct Hiring<'a> {
    pub places: &'a Places,
    pub cast: &'a Cast,
    pub organisation: &'a Organisation,
    pub person: &'a Person,
}

impl Hiring<'_> {
    /// Has the provider's administrator invite the colleague, and the invitation accepted.
    pub async fn employ(&self) -> Result<()> {
        let gateway = Gateway::open(self.places)?;
        let mailbox = Mailbox::new(&self.places.messages);
        let administrator = self.administrator(&gateway).await?;
        let (organisation, person) = (self.organisation, self.person);
        accounts::colleague(
            &gateway,
            &mailbox,
            &administrator,
            organisation,
            person,
            &SECOND_POST,
        )
        .await?;
        Ok(())
    }

    /// The same as far as the invitation, as if whoever employs were cut off after it.
    pub async fn invite(&self) -> Result<()> {
        let administrator = self.administrator(&Gateway::open(self.places)?).await?;
        accounts::invite(&administrator, self.organisation, self.person, &SECOND_POST).await?;
        Ok(())
    }

    async fn administrator(&self, gateway: &Gateway) -> Result<Administrator> {
        let member = StaffMember::sign_in(gateway, &self.cast.administrator).await?;
        let own = member.accounts().await?;
        let account = own
            .into_iter()
            .find(|account| account.organisation_id == self.organisation.organisation_id)
            .context("the provider has no administrator")?;
        Ok(Administrator {
            member: member.through(&account.account_id),
            account_id: account.account_id,
        })
    }
}

/// Nominates the administrator of a small organisation, who then receives and reports too.
pub async fn own_firm(
    places: &Places,
    desk: &AgencyDesk,
    organisation: &Organisation,
    person: &Person,
    mobile: &str,
) -> Result<()> {
    let gateway = Gateway::open(places)?;
    let mailbox = Mailbox::new(&places.messages);
    let nominations = Nominations {
        gateway: &gateway,
        desk,
        mailbox: &mailbox,
    };
    let member = StaffMember::sign_in(&gateway, person).await?;
    let administrator = nominations.by_sms(organisation, person, member, mobile).await?;
    let member = administrator.member;
    let request = GetAccountRequest {
        account_id: administrator.account_id,
    };
    let account = member
        .account_service()
        .get_account(member.ask(request))
        .await?
        .into_inner()
        .account
        .context("an account")?;
    if reports(&account) {
        return Ok(());
    }
    let mut changed = account;
    for permission in [Permission::ReceiveParticipants, Permission::ReportAndPlan] {
        changed.permissions.push(from_this_year(permission));
    }
    changed.scope = organisation
        .units
        .iter()
        .map(|unit| UnitScope {
            unit_id: unit.unit_id.clone(),
            all_offices: true,
            office_ids: Vec::new(),
        })
        .collect();
    let paths = ["permissions", "scope"].map(str::to_owned).to_vec();
    let request = UpdateAccountRequest {
        request_id: new_id(),
        account: Some(changed),
        update_mask: Some(prost_types::FieldMask { paths }),
    };
    member
        .account_service()
        .update_account(member.ask(request))
        .await
        .context("an administrator may not work with participants")?;
    Ok(())
}

fn reports(account: &Account) -> bool {
    account
        .permissions
        .iter()
        .any(|grant| grant.permission() == Permission::ReportAndPlan)
}
