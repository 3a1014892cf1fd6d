//! The stages of a run and of its parts, in their order, and where a run is held.

/// A stage. Plan and build are the run's; the others are each part's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Plan,
    Build,
    Authorise,
    Seal,
    Begin,
    Send,
    Receipt,
}

/// Whether a run may go on into a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Until it is released.
    Held,
}

/// Why a hold cannot be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a run is held next only before a later stage")]
pub struct NotLater;

impl Stage {
    pub const ALL: [Self; 7] = [
        Self::Plan,
        Self::Build,
        Self::Authorise,
        Self::Seal,
        Self::Begin,
        Self::Send,
        Self::Receipt,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Build => "build",
            Self::Authorise => "authorise",
            Self::Seal => "seal",
            Self::Begin => "begin",
            Self::Send => "send",
            Self::Receipt => "receipt",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// A hold before a stage keeps everything out of it and of all later ones.
    pub fn gate(self, hold_before: Option<Self>) -> Gate {
        match hold_before {
            Some(held) if self >= held => Gate::Held,
            Some(_) | None => Gate::Open,
        }
    }
}

/// The hold after a release from `from`. A run that is not held there is left as it is: the release came before.
pub fn release(
    hold_before: Option<Stage>,
    from: Stage,
    next: Option<Stage>,
) -> Result<Option<Stage>, NotLater> {
    if next.is_some_and(|next| next <= from) {
        return Err(NotLater);
    }
    if hold_before == Some(from) {
        Ok(next)
    } else {
        Ok(hold_before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_stage() -> impl Strategy<Value = Stage> {
        prop::sample::select(Stage::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn a_hold_keeps_out_of_its_stage_and_all_later_ones(stage in any_stage(), hold in any_stage()) {
            prop_assert_eq!(stage.gate(Some(hold)) == Gate::Held, stage >= hold);
            prop_assert_eq!(stage.gate(None), Gate::Open);
        }

        #[test]
        fn a_release_moves_forward_and_comes_twice_without_effect(
            hold in any_stage(), next in proptest::option::of(any_stage()),
        ) {
            match release(Some(hold), hold, next) {
                Err(NotLater) => prop_assert!(next.unwrap() <= hold),
                Ok(after) => {
                    prop_assert_eq!(after, next);
                    prop_assert_eq!(release(after, hold, next), Ok(next));
                }
            }
        }

        #[test]
        fn codes_tell_stages_apart(stage in any_stage()) {
            prop_assert_eq!(Stage::from_code(stage.code()), Some(stage));
        }
    }

    #[test]
    fn a_release_from_another_stage_changes_nothing() {
        assert_eq!(
            release(Some(Stage::Begin), Stage::Plan, None),
            Ok(Some(Stage::Begin))
        );
        assert_eq!(release(None, Stage::Plan, Some(Stage::Seal)), Ok(None));
    }
}
