//! How each channel behaves: as it should, slowly, not at all, or refusing every recipient.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a channel does with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Takes it.
    #[default]
    Normal,
    /// Is out of order; trying again later may help.
    Down,
    /// Refuses the recipient for good.
    Reject,
}

/// The behaviour of one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switch {
    pub mode: Mode,
    /// How long every answer takes.
    pub delay_ms: u64,
}

/// The behaviour of both channels, as the control pages read and write it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Positions {
    pub sms: Switch,
    pub mail: Switch,
}

/// The switches of a running simulator. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Switches(Arc<Mutex<Positions>>);

impl Switches {
    pub fn sms(&self) -> Switch {
        self.positions().sms
    }

    pub fn mail(&self) -> Switch {
        self.positions().mail
    }

    pub fn set_sms(&self, switch: Switch) {
        self.change(|positions| positions.sms = switch);
    }

    pub fn set_mail(&self, switch: Switch) {
        self.change(|positions| positions.mail = switch);
    }

    pub(crate) fn positions(&self) -> Positions {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, positions: Positions) {
        self.change(|current| *current = positions);
    }

    fn change(&self, change: impl FnOnce(&mut Positions)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Switch {
    /// Waits as long as the switch says.
    pub(crate) async fn delay(self) {
        if self.delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        }
    }
}
