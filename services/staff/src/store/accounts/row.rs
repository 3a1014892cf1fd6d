//! From rows to accounts. Permissions and scope of all rows are read in three statements.

use std::collections::{BTreeSet, HashMap};

use platform::db::{Day, DbError, Inconsistency, Instant};
use platform::outbox::Revision;
use sqlx::PgConnection;

use crate::domain::account::{Account, AccountState, Invitation};
use crate::domain::contact::{BankIdName, Email, PersonName, Phone};
use crate::domain::ids::{AccountId, InvitationId, OfficeId, OrganisationId, PersonId, UnitId};
use crate::domain::permission::{Grant, Permission, PermissionSet};
use crate::domain::scope::{Offices, Scope, UnitScope};
use crate::store::{inconsistent, validity};

const TABLE: &str = "accounts";

pub(super) struct AccountRow {
    pub account_id: AccountId,
    pub organisation_id: OrganisationId,
    pub state: String,
    pub person_id: Option<PersonId>,
    pub invitation_id: Option<InvitationId>,
    pub invitation_expires_at: Option<Instant>,
    pub name: String,
    pub bankid_name: Option<String>,
    pub work_email: Option<String>,
    pub work_phone: Option<String>,
    pub show_function_only: bool,
    pub ended_at: Option<Instant>,
    pub revision_epoch: i64,
    pub revision_n: i64,
}

/// Adds permissions and scope to rows, keeping their order.
pub(super) async fn complete(
    connection: &mut PgConnection,
    rows: Vec<AccountRow>,
) -> Result<Vec<Account>, DbError> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let mut grants = grants(connection, &ids).await?;
    let mut scopes = scopes(connection, &ids).await?;
    let accounts = rows.into_iter().map(|row| {
        let permissions = PermissionSet::stored(grants.remove(&row.account_id).unwrap_or_default());
        let scope = Scope::stored(scopes.remove(&row.account_id).unwrap_or_default());
        row.into_account(permissions, scope)
    });
    Ok(accounts.collect::<Result<_, _>>()?)
}

async fn grants(
    connection: &mut PgConnection,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, Vec<Grant>>, DbError> {
    let rows = sqlx::query!(
        r#"select account_id as "account_id: AccountId", permission, valid_from as "valid_from: Day",
            valid_to as "valid_to: Day"
        from account_permissions where account_id = any($1)"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut grants: HashMap<AccountId, Vec<Grant>> = HashMap::new();
    for row in rows {
        let wrong = || inconsistent("account_permissions", "permission", row.account_id);
        let permission = Permission::from_code(&row.permission).ok_or_else(wrong)?;
        let validity = validity(
            row.valid_from,
            row.valid_to,
            "account_permissions",
            row.account_id,
        )?;
        grants
            .entry(row.account_id)
            .or_default()
            .push(Grant { permission, validity });
    }
    Ok(grants)
}

async fn scopes(
    connection: &mut PgConnection,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, Vec<UnitScope>>, DbError> {
    let rows = sqlx::query!(
        r#"select account_id as "account_id: AccountId", unit_id as "unit_id: UnitId", has_all_offices,
            coalesce(array_agg(office_id) filter (where office_id is not null), '{}') as "offices!: Vec<OfficeId>"
        from account_units left join account_offices using (account_id, unit_id)
        where account_id = any($1) group by account_id, unit_id, has_all_offices"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut scopes: HashMap<AccountId, Vec<UnitScope>> = HashMap::new();
    for row in rows {
        let named: BTreeSet<OfficeId> = row.offices.into_iter().collect();
        let offices = if row.has_all_offices {
            Offices::All
        } else {
            Offices::Named(named)
        };
        scopes.entry(row.account_id).or_default().push(UnitScope {
            unit: row.unit_id,
            offices,
        });
    }
    Ok(scopes)
}

impl AccountRow {
    fn into_account(self, permissions: PermissionSet, scope: Scope) -> Result<Account, Inconsistency> {
        let id = self.account_id;
        let wrong = |column| inconsistent(TABLE, column, id);
        Ok(Account {
            id,
            organisation: self.organisation_id,
            state: self.state(&wrong)?,
            invitation: self.invitation(&wrong)?,
            name: PersonName::parse(&self.name).map_err(|_| wrong("name"))?,
            bankid_name: optional(self.bankid_name.as_deref(), BankIdName::parse)
                .map_err(|()| wrong("bankid_name"))?,
            work_email: optional(self.work_email.as_deref(), Email::parse)
                .map_err(|()| wrong("work_email"))?,
            work_phone: optional(self.work_phone.as_deref(), Phone::parse)
                .map_err(|()| wrong("work_phone"))?,
            shows_function_only: self.show_function_only,
            permissions,
            scope,
            revision: Revision {
                epoch: self.revision_epoch,
                n: self.revision_n,
            },
        })
    }

    fn state(&self, wrong: &impl Fn(&'static str) -> Inconsistency) -> Result<AccountState, Inconsistency> {
        match (self.state.as_str(), self.person_id, self.ended_at) {
            ("invited", person, None) => Ok(AccountState::Invited { person }),
            ("waiting_for_confirmation", Some(person), None) => {
                Ok(AccountState::WaitingForConfirmation { person })
            }
            ("active", Some(person), None) => Ok(AccountState::Active { person }),
            ("ended", person, Some(at)) => Ok(AccountState::Ended {
                person,
                at: at.timestamp(),
            }),
            _ => Err(wrong("state")),
        }
    }

    fn invitation(
        &self,
        wrong: &impl Fn(&'static str) -> Inconsistency,
    ) -> Result<Option<Invitation>, Inconsistency> {
        match (self.invitation_id, self.invitation_expires_at) {
            (None, None) => Ok(None),
            (Some(id), Some(expires_at)) => Ok(Some(Invitation {
                id,
                expires_at: expires_at.timestamp(),
            })),
            (Some(_), None) | (None, Some(_)) => Err(wrong("invitation_id")),
        }
    }
}

fn optional<T, E>(text: Option<&str>, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, ()> {
    text.map(parse).transpose().map_err(|_| ())
}
