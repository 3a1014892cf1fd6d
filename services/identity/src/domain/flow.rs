//! A sign-in or signing under way at BankID: what it is for, how far it has come, and what follows from each of
//! BankID's answers. The person sees messages of the contract only.

use jiff::{SignedDuration, Timestamp};
use proto::identity::v1 as pb;

use super::ids::{FlowId, PersonId, SessionId, SignatureId};
use super::portal::{Device, Language, Portal};
use super::session::later;

/// A QR code that nobody scanned is silently replaced this often.
pub const MOST_RESTARTS: u32 = 5;
/// A flow is over after this, whatever BankID says.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(5);
/// A finished flow gives its answer for this long.
pub const ANSWERED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How often BankID is asked.
pub const COLLECT_EVERY: SignedDuration = SignedDuration::from_secs(2);

/// A sign-in or signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Id.
    pub flow_id: FlowId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where the app is.
    pub device: Device,
    /// Language of what the app shows.
    pub language: Language,
    /// How far it has come.
    pub state: FlowState,
    /// How often an order was replaced because nobody scanned its QR code.
    pub restarts: u32,
    /// When BankID answered to the present order.
    pub order_started_at: Timestamp,
    /// When the flow ends at the latest.
    pub expires_at: Timestamp,
}

/// What a flow is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session.
    SignIn {
        /// Of these pages.
        portal: Portal,
    },
    /// Signatures.
    Signing {
        /// Who signs.
        person_id: PersonId,
        /// The session that started it; no other learns of it.
        session_id: SessionId,
        /// What is signed.
        signature_ids: Vec<SignatureId>,
    },
}

/// How far a flow has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowState {
    /// Going on.
    Pending {
        /// What to show.
        message: pb::BankidMessage,
    },
    /// Done.
    Complete {
        /// When.
        finished_at: Timestamp,
    },
    /// Over without result.
    Failed {
        /// What to show.
        message: pb::BankidMessage,
        /// When.
        finished_at: Timestamp,
    },
}

/// Why BankID has nothing more to say on an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not started or scanned in time.
    StartFailed,
    /// Anything else, with what to show.
    Other(pb::BankidMessage),
}

/// What follows from a failed order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// A new order in the same flow.
    Restart,
    /// The flow is over.
    GiveUp(pb::BankidMessage),
}

impl Flow {
    /// A flow whose first order BankID has just taken.
    pub fn begin(
        flow_id: FlowId,
        purpose: Purpose,
        device: Device,
        language: Language,
        now: Timestamp,
    ) -> Self {
        let state = FlowState::Pending {
            message: first_message(device),
        };
        Self {
            flow_id,
            purpose,
            device,
            language,
            state,
            restarts: 0,
            order_started_at: now,
            expires_at: later(now, LONGEST),
        }
    }

    /// What follows from a failed order at the instant.
    pub fn after_failure(&self, failure: Failure, now: Timestamp) -> AfterFailure {
        match (failure, self.device) {
            (Failure::StartFailed, Device::Other)
                if self.restarts < MOST_RESTARTS && now < self.expires_at =>
            {
                AfterFailure::Restart
            }
            (Failure::StartFailed, Device::Other) => AfterFailure::GiveUp(pb::BankidMessage::QrNotScanned),
            (Failure::StartFailed, Device::SameComputer | Device::SameMobile) => {
                AfterFailure::GiveUp(pb::BankidMessage::AppDidNotStart)
            }
            (Failure::Other(message), _) => AfterFailure::GiveUp(message),
        }
    }

    /// Whether anybody may still be told of it.
    pub fn is_answered(&self, now: Timestamp) -> bool {
        match self.state {
            FlowState::Pending { .. } => true,
            FlowState::Complete { finished_at } | FlowState::Failed { finished_at, .. } => {
                now < later(finished_at, ANSWERED_FOR)
            }
        }
    }

    /// Whole seconds since BankID answered to the present order: the time of the QR code.
    pub fn elapsed_seconds(&self, now: Timestamp) -> u64 {
        u64::try_from(now.duration_since(self.order_started_at).as_secs()).unwrap_or(0)
    }

    /// Whether the person still has to scan or start: afterwards there is no QR code to show.
    pub fn waits_for_app(&self) -> bool {
        match self.state {
            FlowState::Pending { message } => {
                message == first_message(self.device) || message == pb::BankidMessage::OpenApp
            }
            FlowState::Complete { .. } | FlowState::Failed { .. } => false,
        }
    }
}

impl Purpose {
    /// The word in the database and in metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "sign_in",
            Self::Signing { .. } => "signing",
        }
    }
}

impl FlowState {
    /// What to show; nothing once done.
    pub fn message(self) -> pb::BankidMessage {
        match self {
            Self::Pending { message } | Self::Failed { message, .. } => message,
            Self::Complete { .. } => pb::BankidMessage::Unspecified,
        }
    }
}

/// What to show until BankID says more.
pub fn first_message(device: Device) -> pb::BankidMessage {
    match device {
        Device::Other => pb::BankidMessage::OpenApp,
        Device::SameComputer | Device::SameMobile => pb::BankidMessage::AppStarting,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn flow(device: Device) -> Flow {
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        let purpose = Purpose::SignIn {
            portal: Portal::Staff,
        };
        Flow::begin(
            FlowId::from_uuid(Uuid::from_u128(1)),
            purpose,
            device,
            Language::Swedish,
            now,
        )
    }

    fn after(flow: &Flow, seconds: i64) -> Timestamp {
        later(flow.order_started_at, SignedDuration::from_secs(seconds))
    }

    #[test]
    fn an_unscanned_code_is_replaced_five_times() {
        let mut flow = flow(Device::Other);
        for _ in 0..MOST_RESTARTS {
            assert_eq!(
                flow.after_failure(Failure::StartFailed, after(&flow, 30)),
                AfterFailure::Restart
            );
            flow.restarts += 1;
        }
        let end = flow.after_failure(Failure::StartFailed, after(&flow, 30));
        assert_eq!(end, AfterFailure::GiveUp(pb::BankidMessage::QrNotScanned));
    }

    #[test]
    fn an_app_that_does_not_start_ends_the_flow() {
        for device in [Device::SameComputer, Device::SameMobile] {
            let flow = flow(device);
            let end = flow.after_failure(Failure::StartFailed, after(&flow, 30));
            assert_eq!(end, AfterFailure::GiveUp(pb::BankidMessage::AppDidNotStart));
        }
    }

    #[test]
    fn no_order_is_replaced_once_the_flow_has_expired() {
        let flow = flow(Device::Other);
        let end = flow.after_failure(Failure::StartFailed, flow.expires_at);
        assert_eq!(end, AfterFailure::GiveUp(pb::BankidMessage::QrNotScanned));
    }

    #[test]
    fn a_finished_flow_is_answered_for_five_minutes() {
        let mut flow = flow(Device::Other);
        flow.state = FlowState::Complete {
            finished_at: flow.order_started_at,
        };
        assert!(flow.is_answered(after(&flow, 299)));
        assert!(!flow.is_answered(after(&flow, 300)));
    }

    #[test]
    fn the_code_counts_whole_seconds_and_never_backwards() {
        let flow = flow(Device::Other);
        let shortly = later(flow.order_started_at, SignedDuration::from_millis(1_999));
        assert_eq!(
            (
                flow.elapsed_seconds(shortly),
                flow.elapsed_seconds(after(&flow, -5))
            ),
            (1, 0)
        );
    }
}
