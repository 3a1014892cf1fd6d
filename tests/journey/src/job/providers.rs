//! The providers at work: whoever receives and supervises in each unit, and what they do with new participants.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use jiff::civil::Date;
use proto::attendance::v1::{GetCalendarRequest, GetCalendarResponse};
use proto::identity::v1::Portal;
use proto::participants::v1::{
    AssignSupervisorRequest, AssignSupervisorResponse, GetJointPlanRequest, GetJointPlanResponse, JointPlan,
    ListInboxRequest, ListInboxResponse, PlacementStatus, PlanActivity, PlanningForm,
    RemoveInterruptedPlacementRequest, RemoveInterruptedPlacementResponse, SaveJointPlanDraftRequest,
    SaveJointPlanDraftResponse, SendJointPlanRequest, SendJointPlanResponse,
};
use proto::staff::v1::{ListMyAccountsRequest, ListMyAccountsResponse, Organisation};
use proto::types::v1::{Month, Validity};
use support::people::{PEOPLE, Person};

use super::calls::{Reporter, call, ordering, patiently, several, until, whole_page};
use super::cases::{CASES, Case, Story, Workplace};
use super::decisions::Placements;
use super::{Job, day_of, inputs};
use crate::tour::{AgencyDesk, Hiring, OWN_FIRM_MOBILE, own_firm};
use crate::{Browser, SupplierSystem, new_id};

/// The common name of the first provider's own system.
const SYSTEM: &str = "provbolaget-planning";
/// Supervises in the first provider's second unit.
pub const SECOND_SUPERVISOR: Person = PEOPLE[5];
/// Administrator and only one of the training organisation.
pub const TRAINER: Person = PEOPLE[12];

/// A unit with whoever works there.
#[derive(Clone, Debug)]
pub struct Place {
    pub unit_name: String,
    pub supervisor: Browser,
    account_id: String,
}

/// All units.
#[derive(Clone, Debug)]
pub struct Providers {
    pub places: BTreeMap<Workplace, Place>,
    /// Where files of hours are taken.
    system: Option<SupplierSystem>,
}

impl Providers {
    /// Signs everybody in, giving accounts to those who have none yet.
    pub async fn gather(job: &Job<'_>, desk: &AgencyDesk) -> Result<Self> {
        let provider = desk.organisation("Provbolaget i Norr AB").await?;
        let firm = desk.organisation("Exempelssons Jobbhjälp").await?;
        let training = desk.organisation("Övningsanordnaren").await?;
        let second = Hiring {
            places: job.places,
            cast: job.cast,
            organisation: &provider,
            person: &SECOND_SUPERVISOR,
        };
        tokio::try_join!(
            second.employ(),
            own_firm(job.places, desk, &firm, &job.cast.sole_trader, OWN_FIRM_MOBILE),
            own_firm(job.places, desk, &training, &TRAINER, "+46701740606")
        )?;
        let staff = [
            (Workplace::Umea, &provider, job.cast.supervisor),
            (Workplace::Lulea, &provider, SECOND_SUPERVISOR),
            (Workplace::OwnFirm, &firm, job.cast.sole_trader),
            (Workplace::Training, &training, TRAINER),
        ];
        let places = several(staff.map(|(workplace, organisation, person)| async move {
            anyhow::Ok((
                workplace,
                Box::pin(Place::open(job, workplace, organisation, &person)).await?,
            ))
        }))
        .await?;
        let system = if job.places.has_additions {
            let owner = &provider.organisation_id;
            Some(SupplierSystem::connect(job.places, &desk.officer, owner, SYSTEM).await?)
        } else {
            None
        };
        Ok(Self {
            places: places.into_iter().collect(),
            system,
        })
    }

    /// Who is at a unit.
    pub fn at(&self, workplace: Workplace) -> Result<&Place> {
        self.places.get(&workplace).context("a unit without staff")
    }

    /// Who reports the hours of a unit.
    pub async fn reporter(&self, workplace: Workplace) -> Result<Reporter> {
        let has_system = matches!(workplace, Workplace::Umea | Workplace::Lulea);
        Ok(match &self.system {
            Some(system) if has_system => {
                Reporter::System(patiently(&["gateway", "identity"], || system.renewed()).await?)
            }
            Some(_) | None => Reporter::Staff(self.at(workplace)?.supervisor.clone()),
        })
    }

    /// The working days of a month, from the calendar everybody can ask.
    pub async fn working_days(&self, month: Month) -> Result<Vec<Date>> {
        let request = GetCalendarRequest { month: Some(month) };
        let browser = &self.at(Workplace::Umea)?.supervisor;
        let calendar: GetCalendarResponse = until("the calendar cannot be read", || {
            browser.call("deltaga.attendance.v1.CatalogueService/GetCalendar", &request)
        })
        .await?;
        calendar
            .working_days
            .iter()
            .map(|day| {
                Ok(Date::new(
                    day.year.try_into()?,
                    day.month.try_into()?,
                    day.day.try_into()?,
                )?)
            })
            .collect()
    }

    /// Empties the inbox of every unit and makes a plan with every new participant.
    pub async fn receive(&self, job: &Job<'_>, placements: &Placements) -> Result<()> {
        several(self.places.values().map(Place::empty_inbox)).await?;
        several(CASES.iter().map(|case| async move {
            let place = self.at(case.workplace)?;
            if case.story == Story::InterruptedBeforeStart {
                return Ok(());
            }
            let placement_id = placements.of(case)?;
            until("a plan was not sent", || place.plan(job, case, placement_id)).await
        }))
        .await?;
        Ok(())
    }
}

impl Place {
    async fn open(
        job: &Job<'_>,
        workplace: Workplace,
        organisation: &Organisation,
        person: &Person,
    ) -> Result<Self> {
        let sign_in = || Browser::sign_in(job.places, person, Portal::Staff);
        let browser = ordering(|| patiently(&["gateway", "identity"], sign_in)).await?;
        let path = "deltaga.staff.v1.AccountService/ListMyAccounts";
        let own: ListMyAccountsResponse = call(&browser, path, &ListMyAccountsRequest {}).await?;
        let account = own.accounts.into_iter().filter_map(|own| own.account);
        let account = account
            .into_iter()
            .find(|account| account.organisation_id == organisation.organisation_id)
            .context("a supervisor has no account")?;
        let units = &organisation.units;
        let unit = units.get(usize::from(workplace == Workplace::Lulea));
        Ok(Self {
            unit_name: unit.context("a unit of the register")?.name.clone(),
            supervisor: browser.through(&account.account_id),
            account_id: account.account_id,
        })
    }

    async fn empty_inbox(&self) -> Result<()> {
        let request = ListInboxRequest {
            page: Some(whole_page()),
        };
        let inbox: ListInboxResponse = until("the inbox cannot be read", || {
            call(
                &self.supervisor,
                "deltaga.participants.v1.InboxService/ListInbox",
                &request,
            )
        })
        .await?;
        let new = inbox
            .placements
            .iter()
            .filter(|placement| placement.status() == PlacementStatus::Received);
        let new: Vec<String> = new.map(|placement| placement.placement_id.clone()).collect();
        if !new.is_empty() {
            let request = AssignSupervisorRequest {
                request_id: new_id(),
                placement_ids: new,
                supervisor_account_id: self.account_id.clone(),
            };
            let _assigned: AssignSupervisorResponse = call(
                &self.supervisor,
                "deltaga.participants.v1.InboxService/AssignSupervisor",
                &request,
            )
            .await?;
        }
        for placement in inbox.placements {
            if placement.status() == PlacementStatus::InterruptedBeforeStart {
                let request = RemoveInterruptedPlacementRequest {
                    placement_id: placement.placement_id,
                };
                let _removed: RemoveInterruptedPlacementResponse = call(
                    &self.supervisor,
                    "deltaga.participants.v1.InboxService/RemoveInterruptedPlacement",
                    &request,
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn plan(&self, job: &Job<'_>, case: &Case, placement_id: &str) -> Result<()> {
        let request = GetJointPlanRequest {
            placement_id: placement_id.to_owned(),
        };
        let known: GetJointPlanResponse = call(
            &self.supervisor,
            "deltaga.participants.v1.PlanService/GetJointPlan",
            &request,
        )
        .await?;
        if !known.sent.is_empty() {
            return Ok(());
        }
        let request = SaveJointPlanDraftRequest {
            request_id: new_id(),
            placement_id: placement_id.to_owned(),
            etag: known.draft.map(|draft| draft.etag).unwrap_or_default(),
            plan: Some(joint_plan(job, case)),
        };
        let saved: SaveJointPlanDraftResponse = call(
            &self.supervisor,
            "deltaga.participants.v1.PlanService/SaveJointPlanDraft",
            &request,
        )
        .await?;
        let request = SendJointPlanRequest {
            request_id: new_id(),
            placement_id: placement_id.to_owned(),
            etag: saved.draft.context("a draft")?.etag,
        };
        let sent: SendJointPlanResponse = call(
            &self.supervisor,
            "deltaga.participants.v1.PlanService/SendJointPlan",
            &request,
        )
        .await?;
        ensure!(sent.sent.is_some(), "a plan was sent and is not there");
        Ok(())
    }
}

// Made together on the first day, and in force from then on.
fn joint_plan(job: &Job<'_>, case: &Case) -> JointPlan {
    let start = inputs::start(job, case);
    let activity = |code: &str| PlanActivity {
        activity_code: code.to_owned(),
        validity: Some(Validity {
            from: Some(day_of(start)),
            to: None,
        }),
    };
    JointPlan {
        made_on: Some(day_of(start)),
        made_by: PlanningForm::Meeting.into(),
        activities: ["JOBBSOKARAKTIVITET", "VAGLEDNING"].map(activity).to_vec(),
        in_force_from: None,
    }
}
