//! The last administrator under simultaneous removals: whatever the interleaving, one remains. The number of rounds comes
//! from TORTURE_ROUNDS; a failing seed is printed.

use std::env::VarError;

use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission;
use proto::staff::v1::*;
use sqlx::PgConnection;

use crate::stand::{Caller, World, day, fresh_id, grant, invitation, refusal};

const ROUNDS: u64 = 300;
const THREADS: u64 = 8;

/// Why a removal may be refused: another was faster.
const EXPECTED: [ErrorReason; 5] = [
    ErrorReason::LastAdministrator,
    ErrorReason::EtagMismatch,
    ErrorReason::AccountEnded,
    ErrorReason::AccountUnknown,
    ErrorReason::PermissionMissing,
];

/// Nominating two people anew for every round would cost more than the rounds themselves.
const KEEP: &str = "
    create table kept_accounts as select * from accounts where state = 'active';
    create table kept_permissions as select account_permissions.* from account_permissions join kept_accounts using (account_id);
    create table kept_units as select account_units.* from account_units join kept_accounts using (account_id);";
const PUT_BACK: &str = "
    update accounts set state = kept.state, ended_at = kept.ended_at, person_id = kept.person_id, name = kept.name,
        bankid_name = kept.bankid_name, revision_epoch = kept.revision_epoch, revision_n = kept.revision_n
        from kept_accounts kept where kept.account_id = accounts.account_id;
    delete from account_permissions using kept_accounts kept where kept.account_id = account_permissions.account_id;
    insert into account_permissions select * from kept_permissions;
    delete from account_units using kept_accounts kept where kept.account_id = account_units.account_id;
    insert into account_units select * from kept_units;";

/// Two administrators of one organisation, as they are put back before every round.
struct Pair {
    world: World,
    members: [(Caller, Account); 2],
    owner: PgConnection,
}

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
    let mut pair = Pair::new().await;
    for seed in 0..rounds {
        pair.remove_each_other(seed).await;
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

impl Pair {
    async fn new() -> Self {
        let world = World::new().await;
        let members = [
            world.administrator(&world.first, 1).await,
            world.administrator(&world.first, 2).await,
        ];
        let mut owner = world.stand.owner().await;
        sqlx::raw_sql(KEEP).execute(&mut owner).await.unwrap();
        Self {
            world,
            members,
            owner,
        }
    }

    /// Both as in the beginning; then eight callers at once try to remove them, each in one of three ways.
    async fn remove_each_other(&mut self, seed: u64) {
        sqlx::raw_sql(PUT_BACK).execute(&mut self.owner).await.unwrap();
        let [(first, first_account), (second, second_account)] = &self.members;
        let removals = (0..THREADS).map(|thread| {
            let is_first = (seed / 3 + thread).is_multiple_of(2);
            let (by, account) = if is_first {
                (second, first_account)
            } else {
                (first, second_account)
            };
            Removal::of(seed + thread / 2).run(by, account, &self.world)
        });
        for outcome in futures::future::join_all(removals).await {
            if outcome.is_err() {
                let reason = refusal(outcome).reason();
                assert!(EXPECTED.contains(&reason), "seed {seed}: {reason:?}");
            }
        }
        assert!(
            self.administrators_for_good().await >= 1,
            "seed {seed} left no administrator"
        );
    }

    // In use, with the permission today and until further notice.
    async fn administrators_for_good(&mut self) -> i64 {
        let query = "select count(distinct accounts.account_id) from accounts join account_permissions held using (account_id)
            where accounts.organisation_id = $1 and state = 'active' and permission = 'administer_permissions'
                and valid_from <= '2026-03-02' and valid_to is null";
        let organisation: uuid::Uuid = self.world.first.organisation_id.parse().unwrap();
        sqlx::query_scalar(query)
            .bind(organisation)
            .fetch_one(&mut self.owner)
            .await
            .unwrap()
    }
}
