//! What goes wrong at a recipient, set by the control port.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What happens to a part instead of a right answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: it is judged and answered.
    #[default]
    None,
    /// Nobody answers at the address: connections are closed before the handshake.
    Down,
    /// The connection breaks after so many bytes of the body; nothing is stored.
    Cut {
        /// Bytes that are still read.
        after: usize,
    },
    /// The part is stored and judged, and the connection breaks before the answer.
    LostAnswer,
    /// The receipt has every row twice, with the same answer.
    DuplicateReceipt,
    /// The receipt has every row a second time with the opposite answer.
    ContradictingReceipt,
    /// The receipt is for another part.
    OtherPart,
    /// An answer of 500, nothing stored.
    Broken,
}

/// The behaviour of one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switch {
    /// What goes wrong.
    pub effect: Effect,
    /// For how many parts or refused connections; absent: until the switch is set anew.
    pub times: Option<u32>,
    /// Wait before a body is read.
    pub read_delay_ms: u64,
    /// Wait before an answer, after storing.
    pub delay_ms: u64,
    /// Personal numbers whose rows are refused, with the code.
    pub refuse: BTreeMap<String, String>,
    /// How many questions after a part are answered with "not judged yet".
    pub judge_after_questions: u32,
}

impl Switch {
    /// The effect on this part or connection; counts down.
    pub fn strike(&mut self) -> Effect {
        let effect = self.effect;
        if effect != Effect::None
            && let Some(left) = self.times.as_mut()
        {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.effect = Effect::None;
                self.times = None;
            }
        }
        effect
    }

    pub(crate) fn read_delay(&self) -> Duration {
        Duration::from_millis(self.read_delay_ms)
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_with_a_number_of_times_ends_by_itself() {
        let mut switch = Switch {
            effect: Effect::LostAnswer,
            times: Some(2),
            ..Default::default()
        };
        let struck: Vec<Effect> = (0..3).map(|_| switch.strike()).collect();
        assert_eq!(struck, [Effect::LostAnswer, Effect::LostAnswer, Effect::None]);
    }

    #[test]
    fn an_effect_without_a_number_stays() {
        let mut switch = Switch {
            effect: Effect::Cut { after: 3 },
            ..Default::default()
        };
        assert!((0..9).all(|_| switch.strike() == Effect::Cut { after: 3 }));
    }
}
