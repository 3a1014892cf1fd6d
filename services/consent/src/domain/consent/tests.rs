use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::report::tests::at;

pub fn consent(number: u128, given_at: &str, withdrawn_at: Option<&str>) -> Consent {
    Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(number)),
        person: PersonId::from_uuid(Uuid::from_u128(3)),
        recipient: Recipient::Esf,
        given_at: at(given_at),
        withdrawn: withdrawn_at.map(|withdrawn| Withdrawn {
            at: at(withdrawn),
            by: Withdrawer::Person,
        }),
    }
}

fn preparation() -> Preparation {
    Preparation {
        id: ConsentId::from_uuid(Uuid::from_u128(9)),
        person: PersonId::from_uuid(Uuid::from_u128(3)),
        recipient: Recipient::Esf,
        text_version: 1,
        language: Language::Swedish,
        signature: SignatureId::from_uuid(Uuid::from_u128(10)),
        document_hash: [1; 32],
        prepared_at: at("2026-03-05T08:00:00Z"),
        overtaken_at: None,
        settled_as: None,
    }
}

fn signed(at_instant: &str) -> Signing {
    in_force(at(at_instant))
}

fn in_force(at: Timestamp) -> Signing {
    Signing {
        at,
        is_in_force: true,
    }
}

#[test]
fn a_wording_that_was_replaced_before_the_signing_began_gives_nothing() {
    let late = Signing {
        is_in_force: false,
        ..signed("2026-03-05T08:01:00Z")
    };
    let settling = preparation().settle(late, &[]);
    assert_eq!(settling, Settling::Keep(Settlement::Overtaken));
}

#[test]
fn a_signature_begins_the_consent_at_the_instant_of_signing() {
    let settling = preparation().settle(signed("2026-03-05T08:01:00Z"), &[]);
    let Settling::Give(given) = settling else {
        panic!("{settling:?}");
    };
    assert_eq!(given.id, preparation().id);
    assert_eq!(given.given_at, at("2026-03-05T08:01:00Z"));
    assert_eq!(given.withdrawn, None);
}

#[test]
fn nothing_is_given_before_it_was_prepared() {
    let settling = preparation().settle(signed("2026-03-05T07:59:59Z"), &[]);
    assert!(matches!(settling, Settling::Give(given) if given.given_at == preparation().prepared_at));
}

#[test]
fn a_signature_beside_a_consent_that_holds_changes_nothing() {
    let held = [consent(1, "2026-03-01T08:00:00Z", None)];
    let settling = preparation().settle(signed("2026-03-05T08:01:00Z"), &held);
    assert_eq!(settling, Settling::Keep(Settlement::AlreadyGiven));
}

#[test]
fn a_signature_overtaken_by_a_withdrawal_changes_nothing() {
    let overtaken = Preparation {
        overtaken_at: Some(at("2026-03-05T08:02:00Z")),
        ..preparation()
    };
    let settling = overtaken.settle(signed("2026-03-05T08:01:00Z"), &[]);
    assert_eq!(settling, Settling::Keep(Settlement::Overtaken));
}

#[test]
fn a_signature_from_before_a_withdrawal_under_another_id_changes_nothing() {
    let elsewhere = [consent(1, "2026-03-01T08:00:00Z", Some("2026-03-06T08:00:00Z"))];
    let settling = preparation().settle(signed("2026-03-05T08:01:00Z"), &elsewhere);
    assert_eq!(settling, Settling::Keep(Settlement::Overtaken));
}

#[test]
fn the_second_delivery_of_a_signature_finds_it_settled() {
    for settlement in Settlement::ALL {
        let settled = Preparation {
            settled_as: Some(settlement),
            ..preparation()
        };
        let again = settled.settle(signed("2026-03-05T08:01:00Z"), &[]);
        assert_eq!(again, Settling::Before(settlement));
    }
}

#[test]
fn who_withdrew_may_consent_anew() {
    let before = [consent(1, "2026-03-01T08:00:00Z", Some("2026-03-02T08:00:00Z"))];
    let settling = preparation().settle(signed("2026-03-05T08:01:00Z"), &before);
    assert!(matches!(settling, Settling::Give(_)));
}

#[test]
fn a_withdrawal_under_one_id_ends_what_was_given_under_another() {
    let consents = [
        consent(1, "2026-03-01T08:00:00Z", None),
        consent(2, "2026-03-02T08:00:00Z", Some("2026-03-03T08:00:00Z")),
    ];
    assert!(matches!(standing(&consents), Standing::Withdrawn(_)));
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Sign,
    Withdraw,
}

proptest! {
    /// Whatever the order of signatures and withdrawals: after a withdrawal nothing holds until somebody signs anew, and
    /// at most one consent holds.
    #[test]
    fn the_last_act_decides(acts in prop::collection::vec(prop_oneof![Just(Act::Sign), Just(Act::Withdraw)], 0..20)) {
        let mut consents: Vec<Consent> = Vec::new();
        let mut now = at("2026-03-05T08:00:00Z");
        for (number, act) in acts.iter().enumerate() {
            now += jiff::SignedDuration::from_secs(1);
            match act {
                Act::Sign => {
                    let prepared = Preparation {
                        id: ConsentId::from_uuid(Uuid::from_u128(number as u128)),
                        prepared_at: now,
                        ..preparation()
                    };
                    if let Settling::Give(given) = prepared.settle(in_force(now), &consents) {
                        consents.push(given);
                    }
                }
                Act::Withdraw => {
                    for changed in withdraw(&consents, now, Withdrawer::Person) {
                        let held = consents.iter_mut().find(|consent| consent.id == changed.id).unwrap();
                        *held = changed;
                    }
                }
            }
            let holds = matches!(standing(&consents), Standing::Holds(_));
            prop_assert_eq!(holds, matches!(act, Act::Sign));
            prop_assert!(consents.iter().filter(|consent| consent.withdrawn.is_none()).count() <= 1);
        }
    }
}
