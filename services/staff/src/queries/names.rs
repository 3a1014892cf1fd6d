//! Names for the participant's pages. Ids that are unknown, or of no organisation asked for, are left out.

use std::collections::HashMap;
use std::hash::Hash;

use platform::db::Database;

use crate::domain::account::Account;
use crate::domain::ids::{AccountId, OrganisationId, UnitId};
use crate::domain::organisation::{Organisation, Unit};
use crate::error::StaffError;
use crate::store;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub organisations: Vec<OrganisationId>,
    pub units: Vec<UnitId>,
    pub accounts: Vec<AccountId>,
}

/// What there is of it, in the order it was asked for; whether an account is shown is for the domain to say.
#[derive(Clone, Debug)]
pub struct Named {
    pub organisations: Vec<Organisation>,
    pub units: Vec<Unit>,
    pub accounts: Vec<Account>,
}

pub async fn batch(database: &Database, wanted: &Wanted) -> Result<Named, StaffError> {
    database
        .transaction("staff.get_names", async |tx| {
            let organisations = store::organisations::find_all(tx, &wanted.organisations).await?;
            let mut units = store::units::find_all(tx, &wanted.units).await?;
            units.retain(|unit| wanted.organisations.contains(&unit.organisation));
            let accounts = store::accounts::find_all(tx, &wanted.accounts).await?;
            Ok(Named {
                organisations: in_order(&wanted.organisations, organisations, |it| it.id),
                units: in_order(&wanted.units, units, |it| it.id),
                accounts: in_order(&wanted.accounts, accounts, |it| it.id),
            })
        })
        .await
}

/// Each of them once.
fn in_order<K: Hash + Eq, V>(ids: &[K], found: Vec<V>, id: impl Fn(&V) -> K) -> Vec<V> {
    let mut found: HashMap<K, V> = found.into_iter().map(|it| (id(&it), it)).collect();
    ids.iter().filter_map(|id| found.remove(id)).collect()
}
