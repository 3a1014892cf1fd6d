//! Accounts under test: who administers them, how they change at random, and what they may do by what was last answered.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use journey::{Gateway, Mailbox, StaffMember, gateway::from_browser, new_id};
use proto::identity::v1::{OpenInvitationRequest, invitation_service_client::InvitationServiceClient};
use proto::policy::v1::Permission;
use proto::staff::v1::{
    AcceptInvitationRequest, Account, EndAccountRequest, InviteColleagueRequest, PermissionGrant, Unit,
    UnitScope, UpdateAccountRequest,
};
use proto::types::v1::{Day, Language, Validity};
use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use support::people::Person;
use tokio::time::Instant;

/// What a provider's colleague may hold.
pub const PERMISSIONS: [Permission; 2] = [Permission::ReceiveParticipants, Permission::ReportAndPlan];

/// A token lives five minutes.
const RENEWED_AFTER: Duration = Duration::from_mins(2);
const LONG_AGO: Date = date(2026, 1, 1);

/// Changes accounts.
pub struct Administrator {
    gateway: Gateway,
    person: Person,
    account_id: String,
    member: StaffMember,
    renewed: Instant,
}

/// An account under test, as staff last answered it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub account_id: String,
    pub person_id: String,
    pub permissions: Vec<PermissionGrant>,
    pub scope: Vec<UnitScope>,
    pub is_ended: bool,
    etag: String,
}

/// New permissions and scope.
#[derive(Clone, Debug)]
pub struct Change {
    pub permissions: Vec<PermissionGrant>,
    pub scope: Vec<UnitScope>,
}

impl Administrator {
    pub async fn sign_in(gateway: Gateway, person: Person, account_id: &str) -> Result<Self> {
        let member = StaffMember::sign_in(&gateway, &person).await?.through(account_id);
        Ok(Self {
            gateway,
            person,
            account_id: account_id.to_owned(),
            member,
            renewed: Instant::now(),
        })
    }

    pub fn member(&self) -> &StaffMember {
        &self.member
    }

    /// Gets a new token when the old one is about to end.
    pub async fn stay_signed_in(&mut self) -> Result<()> {
        if self.renewed.elapsed() > RENEWED_AFTER {
            self.member.renew().await?;
            self.renewed = Instant::now();
        }
        Ok(())
    }

    /// Begins a new session, after time has moved and the old one ended.
    pub async fn sign_in_again(&mut self) -> Result<()> {
        *self = Self::sign_in(self.gateway.clone(), self.person, &self.account_id).await?;
        Ok(())
    }

    /// Changes an account; gives the instant at which the answer was there.
    pub async fn change(&self, subject: &mut Subject, change: Change) -> Result<Instant> {
        let account = Account {
            account_id: subject.account_id.clone(),
            etag: subject.etag.clone(),
            permissions: change.permissions.clone(),
            scope: change.scope.clone(),
            ..Account::default()
        };
        let paths = ["permissions", "scope"].map(str::to_owned).to_vec();
        let request = UpdateAccountRequest {
            request_id: new_id(),
            account: Some(account),
            update_mask: Some(prost_types::FieldMask { paths }),
        };
        let answer = self
            .member
            .account_service()
            .update_account(self.member.ask(request))
            .await?;
        let answered = Instant::now();
        subject.etag = answer.into_inner().account.context("an account")?.etag;
        (subject.permissions, subject.scope) = (change.permissions, change.scope);
        Ok(answered)
    }

    /// Ends an account for good; gives the instant at which the answer was there.
    pub async fn end(&self, subject: &mut Subject) -> Result<Instant> {
        let request = EndAccountRequest {
            account_id: subject.account_id.clone(),
        };
        self.member
            .account_service()
            .end_account(self.member.ask(request))
            .await?;
        subject.is_ended = true;
        Ok(Instant::now())
    }
}

impl Subject {
    /// What must be decided on a day, by what staff answered.
    pub fn may(&self, permission: Permission, unit: Option<&str>, today: Date) -> bool {
        let holds =
            |grant: &PermissionGrant| grant.permission() == permission && contains(grant.validity, today);
        let covers = |unit: &str| self.scope.iter().any(|scope| scope.unit_id == unit);
        !self.is_ended && self.permissions.iter().any(holds) && unit.is_none_or(covers)
    }
}

impl Change {
    /// Everything, everywhere, until further notice.
    pub fn all(units: &[Unit]) -> Self {
        let permissions = PERMISSIONS
            .map(|permission| grant(permission, LONG_AGO, None))
            .to_vec();
        Self {
            permissions,
            scope: units.iter().map(whole).collect(),
        }
    }

    /// Without `report_and_plan`.
    pub fn without_reporting(units: &[Unit]) -> Self {
        let permissions = vec![grant(Permission::ReceiveParticipants, LONG_AGO, None)];
        Self {
            permissions,
            scope: units.iter().map(whole).collect(),
        }
    }

    /// With both permissions, but over since yesterday.
    pub fn over(units: &[Unit], today: Date) -> Result<Self> {
        let yesterday = today.yesterday()?;
        let permissions = PERMISSIONS
            .map(|permission| grant(permission, LONG_AGO, Some(yesterday)))
            .to_vec();
        Ok(Self {
            permissions,
            scope: units.iter().map(whole).collect(),
        })
    }

    /// Any permissions at any time in any units.
    pub fn draw(draws: &mut impl Rng, units: &[Unit], today: Date) -> Result<Self> {
        let mut permissions = Vec::new();
        for permission in PERMISSIONS {
            permissions.extend(draw_grant(draws, permission, today)?);
        }
        if permissions.is_empty() {
            // An account has at least one permission; this one is over.
            permissions.push(grant(Permission::ReceiveParticipants, LONG_AGO, Some(LONG_AGO)));
        }
        let mut units: Vec<&Unit> = units.iter().collect();
        units.shuffle(draws);
        units.truncate(draws.random_range(1..=units.len()));
        Ok(Self {
            permissions,
            scope: units.into_iter().map(|unit| draw_scope(draws, unit)).collect(),
        })
    }
}

/// Invites a person, who accepts with the link they got. Who they are to the system is not told here.
pub async fn invite(
    administrator: &Administrator,
    mailbox: &Mailbox,
    person: &Person,
    units: &[Unit],
) -> Result<Subject> {
    let change = Change::all(units);
    // A serial number of the fixtures is no personal data, and no two colleagues share it.
    let email = format!("colleague-{}@provbolaget.example", &person.digits()[8..11]);
    let request = InviteColleagueRequest {
        request_id: new_id(),
        name: person.full_name(),
        personal_number: person.number.to_owned(),
        email: email.clone(),
        mobile: String::new(),
        permissions: change.permissions.clone(),
        scope: change.scope.clone(),
        language: Language::Sv.into(),
    };
    let member = &administrator.member;
    member
        .account_service()
        .invite_colleague(member.ask(request))
        .await
        .context("an invitation")?;
    let link_secret = mailbox.link_secret(&email).await?;
    let gateway = &administrator.gateway;
    let mut invitations = InvitationServiceClient::new(gateway.identity.clone());
    let opened = invitations
        .open_invitation(from_browser(OpenInvitationRequest { link_secret }))
        .await?
        .into_inner();
    let colleague = StaffMember::sign_in(gateway, person).await?;
    let request = AcceptInvitationRequest {
        account_id: opened.subject_id,
        invitation_id: opened.invitation_id,
    };
    let accepted = colleague
        .account_service()
        .accept_invitation(colleague.ask(request))
        .await?
        .into_inner();
    let account = accepted.account.context("an account")?;
    Ok(Subject {
        account_id: account.account_id,
        person_id: String::new(),
        permissions: change.permissions,
        scope: change.scope,
        is_ended: false,
        etag: account.etag,
    })
}

fn draw_grant(draws: &mut impl Rng, permission: Permission, today: Date) -> Result<Option<PermissionGrant>> {
    Ok(match draws.random_range(0..6) {
        0 | 1 => None,
        2 | 3 => Some(grant(permission, LONG_AGO, None)),
        // These two expire and begin by the passing of a day alone.
        4 => Some(grant(permission, LONG_AGO, Some(today))),
        _ => Some(grant(permission, today.tomorrow()?, None)),
    })
}

fn draw_scope(draws: &mut impl Rng, unit: &Unit) -> UnitScope {
    match unit.offices.choose(draws) {
        Some(office) if draws.random() => UnitScope {
            unit_id: unit.unit_id.clone(),
            all_offices: false,
            office_ids: vec![office.office_id.clone()],
        },
        Some(_) | None => whole(unit),
    }
}

fn whole(unit: &Unit) -> UnitScope {
    UnitScope {
        unit_id: unit.unit_id.clone(),
        all_offices: true,
        office_ids: Vec::new(),
    }
}

fn grant(permission: Permission, from: Date, to: Option<Date>) -> PermissionGrant {
    let validity = Validity {
        from: Some(day(from)),
        to: to.map(day),
    };
    PermissionGrant {
        permission: permission.into(),
        validity: Some(validity),
    }
}

fn day(date: Date) -> Day {
    Day {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    }
}

fn contains(validity: Option<Validity>, today: Date) -> bool {
    let key = |day: Day| (day.year, day.month, day.day);
    let today = key(day(today));
    validity.is_some_and(|validity| {
        validity.from.is_some_and(|from| key(from) <= today) && validity.to.is_none_or(|to| today <= key(to))
    })
}
