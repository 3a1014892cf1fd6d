//! One log-in as browser and phone live it: started once, looked at each second, approved when a code is shown.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::world::World;
use journey::gateway::from_browser;
use journey::{Gateway, SignIn};
use proto::identity::v1::{
    Device, FlowState, GetSignInResponse, Portal, StartSignInRequest,
    sign_in_service_client::SignInServiceClient,
};
use proto::types::v1::Language;
use support::people::Person;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tonic::{Code, Status};

use super::bankid::Bankid;
use super::outage::{insist, is_outage};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A flow lasts five minutes at most, whatever happens.
const LONGEST: Duration = Duration::from_mins(6);
/// A flow that has ended is answered for five minutes.
const SURELY_ANSWERED: Duration = Duration::from_mins(4);

/// Where people come in.
pub struct Entrance {
    gateway: Gateway,
    pub bankid: Bankid,
}

/// A log-in that has ended.
#[derive(Clone, Debug)]
pub struct LogIn {
    pub sign_in: SignIn,
    /// What was answered first.
    pub answer: GetSignInResponse,
    /// The order that the person approved.
    pub approved: Option<Approved>,
    ended: Instant,
}

#[derive(Clone, Debug)]
pub struct Approved {
    pub order_ref: String,
    /// Whether BankID told the result.
    pub was_told: bool,
}

impl LogIn {
    pub fn flow_id(&self) -> &str {
        &self.sign_in.flow.flow_id
    }

    fn is_answered(&self) -> bool {
        self.ended.elapsed() < SURELY_ANSWERED
    }
}

impl Entrance {
    pub fn open(world: &World) -> Result<Self> {
        Ok(Self {
            gateway: world.gateway()?,
            bankid: Bankid::new(&world.places.phone),
        })
    }

    /// Signs a person in, as far as it goes. Starting is not idempotent and therefore not tried again: nothing then.
    pub async fn log_in(&self, person: &Person, address: &str) -> Result<Option<LogIn>> {
        let sign_in = match self.start(address).await {
            Ok(sign_in) => sign_in,
            Err(status) => {
                ensure!(is_outage(&status), "a start is refused: {status:?}");
                return Ok(None);
            }
        };
        let followed = tokio::time::timeout(LONGEST, self.follow(&sign_in, person)).await;
        let (answer, order_ref) = followed.context("a flow does not end")??;
        let ended = Instant::now();
        let approved = match order_ref {
            Some(order_ref) => Some(Approved {
                was_told: self.bankid.has_told(&order_ref).await?,
                order_ref,
            }),
            None => None,
        };
        Ok(Some(LogIn {
            sign_in,
            answer,
            approved,
            ended,
        }))
    }

    /// Whoever holds the flow's secret gets the first answer again, and the holder of another secret gets none.
    pub async fn answer_the_same_again(&self, log_ins: &[LogIn]) -> Result<()> {
        let others = log_ins.iter().cycle().skip(1);
        let pairs = log_ins.iter().zip(others).filter(|(own, _)| own.is_answered());
        for (own, other) in pairs {
            self.answers_its_holder_alone(own, other).await?;
        }
        Ok(())
    }

    async fn answers_its_holder_alone(&self, own: &LogIn, other: &LogIn) -> Result<()> {
        let again = insist(|| self.gateway.look(&own.sign_in)).await??;
        ensure!(
            again == own.answer,
            "another answer: {again:?} after {:?}",
            own.answer
        );
        if other.flow_id() == own.flow_id() {
            return Ok(());
        }
        let stranger = SignIn {
            flow: own.sign_in.flow.clone(),
            flow_token: other.sign_in.flow_token.clone(),
        };
        let refused = insist(|| self.gateway.look(&stranger)).await?;
        let code = refused.as_ref().err().map(Status::code);
        ensure!(
            code == Some(Code::NotFound),
            "another secret is answered {refused:?}"
        );
        Ok(())
    }

    // Each from an address of its own, since starts are limited per address.
    async fn start(&self, address: &str) -> Result<SignIn, Status> {
        let mut request = from_browser(StartSignInRequest {
            portal: Portal::Participant.into(),
            device: Device::Other.into(),
            language: Language::Sv.into(),
            return_url: String::new(),
        });
        let address = address.parse().expect("an address is ASCII");
        request.metadata_mut().insert("deltaga-end-user-address", address);
        let answer = SignInServiceClient::new(self.gateway.identity.clone())
            .start_sign_in(request)
            .await?
            .into_inner();
        Ok(SignIn {
            flow: answer.flow.unwrap_or_default(),
            flow_token: answer.flow_token,
        })
    }

    async fn follow(&self, sign_in: &SignIn, person: &Person) -> Result<(GetSignInResponse, Option<String>)> {
        let mut order_ref = None;
        let mut pulse = interval(LOOK_EVERY);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pulse.tick().await;
            let answer = match self.gateway.look(sign_in).await {
                Ok(answer) => answer,
                Err(status) => {
                    ensure!(is_outage(&status), "a flow's holder is answered {status:?}");
                    continue;
                }
            };
            let flow = answer.flow.as_ref().context("a flow")?;
            match flow.state() {
                FlowState::Complete | FlowState::Failed => return Ok((answer, order_ref)),
                FlowState::Pending | FlowState::Unspecified => {}
            }
            if order_ref.is_none() && !flow.qr_text.is_empty() {
                // A code that was shown too long is not accepted; the next one will be.
                order_ref = self.bankid.approve(&flow.qr_text, person).await.ok();
            }
        }
    }
}
