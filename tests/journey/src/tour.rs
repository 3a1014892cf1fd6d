//! The short tour: register import, nomination, BankID, accounts. Everything goes through the public APIs, and a second
//! tour over the same state finds what the first one left and goes on from there.

mod accounts;
mod agency_desk;
mod nominations;
mod staffing;

use anyhow::Result;
use proto::staff::v1::Organisation;
use support::people::{PEOPLE, Person};

use crate::{Gateway, Mailbox, Places, StaffMember};

pub use agency_desk::AgencyDesk;
pub use staffing::{Hiring, own_firm};

/// The sole trader's telephone: of the series reserved for fiction.
pub const OWN_FIRM_MOBILE: &str = "+46701740605";

const FIRST_POST: accounts::Post = accounts::Post {
    address: "supervisor@provbolaget.example",
    unit: 0,
};

/// Who plays what in the tour.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    /// Works at the agency; the first account is made for this person by a local command.
    pub officer: Person,
    /// Administrator of the first provider.
    pub administrator: Person,
    /// Tries somebody else's link.
    pub stranger: Person,
    /// Colleague with all of `receive_participants` and `report_and_plan`, in one unit.
    pub supervisor: Person,
    /// Sole trader, administrator of the own organisation.
    pub sole_trader: Person,
}

/// What a tour found or made, for whoever goes on from there.
#[derive(Clone, Debug)]
pub struct Toured {
    /// Lines of the closing table: organisation, person's role, account id.
    pub accounts: Vec<(String, &'static str, String)>,
    /// The first provider, with its units.
    pub provider: Organisation,
}

/// Those who sign in while the officer does: BankID answers every two seconds, so that one after another takes long.
struct SignedIn {
    administrator: StaffMember,
    stranger: StaffMember,
    sole_trader: StaffMember,
}

/// The usual cast.
pub const CAST: Cast = Cast {
    officer: PEOPLE[0],
    administrator: PEOPLE[2],
    stranger: PEOPLE[3],
    supervisor: PEOPLE[4],
    sole_trader: PEOPLE[1],
};

/// Goes through the tour, telling each step.
pub async fn tour(places: &Places, cast: &Cast, tell: &mut (dyn FnMut(&str) + Send)) -> Result<Toured> {
    let gateway = Gateway::open(places)?;
    let mailbox = Mailbox::new(&places.messages);
    tell(
        "The agency's officer signs in with BankID and registers the agency's own system by its certificate.",
    );
    let (desk, people) = tokio::try_join!(
        AgencyDesk::open(places, &gateway, &cast.officer),
        SignedIn::all(&gateway, cast)
    )?;
    tell("That system uploads the register of organisations, units and offices.");
    let report = desk.import_register(&crate::register::example()).await?;
    tell(&report);
    let provider = desk.organisation("Provbolaget i Norr AB").await?;
    let firm = desk.organisation("Exempelssons Jobbhjälp").await?;
    tell("Two administrators are nominated, get a link each, and accept it with their own BankID.");
    let nominated = nominations::Nominations {
        desk: &desk,
        mailbox: &mailbox,
        gateway: &gateway,
    };
    let (administrator, owner) = tokio::try_join!(
        nominated.administrator(
            &provider,
            &cast.administrator,
            people.administrator,
            &people.stranger,
            tell
        ),
        nominated.by_sms(&firm, &cast.sole_trader, people.sole_trader, OWN_FIRM_MOBILE)
    )?;
    tell("The first one invites a colleague, who may receive participants and report in one unit.");
    let colleague = accounts::colleague(
        &gateway,
        &mailbox,
        &administrator,
        &provider,
        &cast.supervisor,
        &FIRST_POST,
    )
    .await?;
    Ok(Toured {
        accounts: vec![
            (
                "Arbetsförmedlingen".to_owned(),
                "officer",
                desk.account_id().to_owned(),
            ),
            (
                provider.name.clone(),
                "administrator",
                administrator.account_id.clone(),
            ),
            (provider.name.clone(), "supervisor", colleague),
            (firm.name, "administrator", owner.account_id),
        ],
        provider,
    })
}

impl SignedIn {
    async fn all(gateway: &Gateway, cast: &Cast) -> Result<Self> {
        let (administrator, stranger, sole_trader) = tokio::try_join!(
            StaffMember::sign_in(gateway, &cast.administrator),
            StaffMember::sign_in(gateway, &cast.stranger),
            StaffMember::sign_in(gateway, &cast.sole_trader),
        )?;
        Ok(Self {
            administrator,
            stranger,
            sole_trader,
        })
    }
}
