//! Grants that change all the time. A change is sent again under the same request id until it is answered, which the
//! contract allows; the last answer is what must be there in the end, in staff's tables and in what others decide by.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::{Administrator, Change, PERMISSIONS, Subject};
use e2e::numbers::draws;
use e2e::probe::Probe;
use e2e::workers::{Shift, Workers};
use e2e::world::World;
use jiff::civil::Date;
use journey::new_id;
use proto::staff::v1::{Account, GetAccountRequest, Unit, UpdateAccountRequest};
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, interval};
use tonic::Status;

use super::outage::{PATIENCE, insist};

const WRITERS: usize = 3;
const PACE: Duration = Duration::from_millis(300);
/// Until a new reader of the topic has caught up.
const CAUGHT_UP: Duration = Duration::from_secs(30);

pub struct Changes {
    pub writers: Workers<Writer>,
}

/// An administrator who changes one colleague's account.
pub struct Writer {
    administrator: Administrator,
    subject: Subject,
    /// As last answered.
    account: Account,
    units: Vec<Unit>,
    today: Date,
    draws: ChaCha8Rng,
}

impl Changes {
    pub async fn begin(world: &World, seed: u64) -> Result<Self> {
        let colleagues = world.colleagues(&world.administrator().await?, WRITERS).await?;
        let mut writers = Workers::default();
        for (number, subject) in (2..).zip(colleagues) {
            let writer = Writer::new(world, subject, draws(seed, number)).await?;
            writers.add(|shift| writer.keep_changing(shift));
        }
        Ok(Self { writers })
    }

    /// Stops changing and looks whether everybody has what was answered last.
    pub async fn settle(self, world: &World) -> Result<()> {
        let writers = self.writers.leave().await?;
        let mut probe = Probe::start(world, "reader").await?;
        for writer in &writers {
            let kept = writer.read().await??;
            ensure!(
                kept == writer.account,
                "staff has {kept:?} after {:?}",
                writer.account
            );
            writer.is_followed_by(&probe).await;
        }
        probe.process.stop().await
    }
}

impl Writer {
    async fn new(world: &World, subject: Subject, draws: ChaCha8Rng) -> Result<Self> {
        let mut writer = Self {
            administrator: world.administrator().await?,
            subject,
            account: Account::default(),
            units: world.units.clone(),
            today: world.today()?,
            draws,
        };
        writer.account = writer.read().await??;
        Ok(writer)
    }

    async fn keep_changing(mut self, shift: Arc<Shift>) -> Result<Self> {
        let mut pulse = interval(PACE);
        while !shift.is_over() {
            pulse.tick().await;
            self.stay_signed_in().await?;
            self.change().await?;
            shift.one_more();
        }
        Ok(self)
    }

    async fn change(&mut self) -> Result<()> {
        let Change { permissions, scope } = Change::draw(&mut self.draws, &self.units, self.today)?;
        let account = Account {
            account_id: self.subject.account_id.clone(),
            etag: self.account.etag.clone(),
            permissions: permissions.clone(),
            scope: scope.clone(),
            ..Account::default()
        };
        let paths = ["permissions", "scope"].map(str::to_owned).to_vec();
        let request = UpdateAccountRequest {
            request_id: new_id(),
            account: Some(account),
            update_mask: Some(prost_types::FieldMask { paths }),
        };
        self.account = insist(|| self.send(request.clone()))
            .await??
            .context("an account")?;
        (self.subject.permissions, self.subject.scope) = (permissions, scope);
        Ok(())
    }

    async fn send(&self, request: UpdateAccountRequest) -> Result<Option<Account>, Status> {
        let member = self.administrator.member();
        let answer = member
            .account_service()
            .update_account(member.ask(request))
            .await?;
        Ok(answer.into_inner().account)
    }

    async fn read(&self) -> Result<Result<Account, Status>> {
        let member = self.administrator.member();
        insist(|| async {
            let account_id = self.subject.account_id.clone();
            let request = member.ask(GetAccountRequest { account_id });
            let answer = member.account_service().get_account(request).await?;
            Ok(answer.into_inner().account.unwrap_or_default())
        })
        .await
    }

    // Exchanging a session is idempotent.
    async fn stay_signed_in(&mut self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut pulse = interval(PACE);
        while let Err(why) = self.administrator.stay_signed_in().await {
            ensure!(Instant::now() < end, "the session is not prolonged: {why:?}");
            pulse.tick().await;
        }
        Ok(())
    }

    async fn is_followed_by(&self, probe: &Probe) {
        for permission in PERMISSIONS {
            let is_allowed = self.subject.may(permission, None, self.today);
            probe
                .comes_to(is_allowed, &self.subject, permission, CAUGHT_UP)
                .await;
        }
    }
}
