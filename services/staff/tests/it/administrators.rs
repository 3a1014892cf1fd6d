//! The last administrator under simultaneous removals: whatever the interleaving, one remains. The number of rounds comes
//! from TORTURE_ROUNDS; a failing seed is printed.

use std::env::VarError;

use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission;
use proto::staff::v1::*;

use crate::stand::{Caller, World, day, fresh_id, grant, invitation, refusal};

const ROUNDS: u64 = 300;
const THREADS: u64 = 8;

/// One way to stop being administrator.
#[derive(Clone, Copy, Debug)]
enum Removal {
    End,
    TakePermission,
    LetRunOut,
}

impl Removal {
    fn of(seed: u64) -> Self {
        match seed % 3 {
            0 => Self::End,
            1 => Self::TakePermission,
            _ => Self::LetRunOut,
        }
    }

    async fn run(self, by: &Caller, account: &Account, world: &World) -> Result<(), tonic::Status> {
        let permissions = match self {
            Self::End => {
                let request = by.request(EndAccountRequest {
                    account_id: account.account_id.clone(),
                });
                return by.accounts().end_account(request).await.map(drop);
            }
            Self::TakePermission => vec![grant(Permission::ReceiveParticipants, None)],
            Self::LetRunOut => vec![grant(Permission::AdministerPermissions, Some(day(2026, 12, 31)))],
        };
        let scope = invitation(&world.first, 1).scope;
        let request = UpdateAccountRequest {
            request_id: fresh_id(),
            account: Some(Account {
                permissions,
                scope,
                ..account.clone()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["permissions".to_owned(), "scope".to_owned()],
            }),
        };
        by.accounts().update_account(by.request(request)).await.map(drop)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn two_simultaneous_removals_leave_an_administrator() {
    let rounds = rounds();
    let world = World::new().await;
    for seed in 0..rounds {
        round(&world, seed).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the torture run asks for more rounds in no other way"
)]
fn rounds() -> u64 {
    match std::env::var("TORTURE_ROUNDS") {
        Err(VarError::NotPresent) => rounds_of(None),
        wanted => rounds_of(Some(&wanted.expect("TORTURE_ROUNDS is text"))),
    }
}

fn rounds_of(wanted: Option<&str>) -> u64 {
    wanted.map_or(ROUNDS, |text| {
        text.parse().expect("TORTURE_ROUNDS is a number of rounds")
    })
}

#[test]
fn nobody_asking_there_are_as_many_rounds_as_usual() {
    assert_eq!((rounds_of(None), rounds_of(Some("7"))), (ROUNDS, 7));
}

#[test]
#[should_panic(expected = "TORTURE_ROUNDS")]
fn a_number_of_rounds_that_is_none_fails() {
    rounds_of(Some("10k"));
}

/// Two administrators; eight callers at once try to remove both, each in one of three ways.
async fn round(world: &World, seed: u64) {
    let (first, first_account) = world.administrator(&world.first, 1).await;
    let (second, second_account) = world.administrator(&world.first, 2).await;
    let removals = (0..THREADS).map(|thread| {
        let is_first = (seed / 3 + thread).is_multiple_of(2);
        let (by, account) = if is_first {
            (&second, &first_account)
        } else {
            (&first, &second_account)
        };
        Removal::of(seed + thread / 2).run(by, account, world)
    });
    for outcome in futures::future::join_all(removals).await {
        if outcome.is_err() {
            let reason = refusal(outcome).reason();
            let expected = [
                ErrorReason::LastAdministrator,
                ErrorReason::EtagMismatch,
                ErrorReason::AccountEnded,
                ErrorReason::AccountUnknown,
                ErrorReason::PermissionMissing,
            ];
            assert!(expected.contains(&reason), "seed {seed}: {reason:?}");
        }
    }
    assert!(
        administrators_for_good(world).await >= 1,
        "seed {seed} left no administrator"
    );
}

// In use, with the permission today and until further notice.
async fn administrators_for_good(world: &World) -> i64 {
    let query = "select count(distinct accounts.account_id) from accounts join account_permissions held using (account_id)
        where accounts.organisation_id = $1 and state = 'active' and permission = 'administer_permissions'
            and valid_from <= '2026-03-02' and valid_to is null";
    let organisation: uuid::Uuid = world.first.organisation_id.parse().unwrap();
    sqlx::query_scalar(query)
        .bind(organisation)
        .fetch_one(&mut world.stand.owner().await)
        .await
        .unwrap()
}
