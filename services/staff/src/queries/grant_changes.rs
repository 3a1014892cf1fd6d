//! Grants changed since a cursor, complete in spite of transactions that commit late. A walk over several pages keeps
//! the standing of its beginning: what commits meanwhile is given again by the next walk.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use platform::db::Database;
use prost::Message as _;

use crate::domain::ids::AccountId;
use crate::error::StaffError;
use crate::events::publish;
use crate::store::grants::{self, ChangedAccount, Standing};

/// Accounts in one answer.
pub const PAGE: usize = 5_000;

/// Bytes of the accounts in one answer; a message may have four million.
const MOST_BYTES: usize = 3_000_000;
/// Bytes of revision and lengths around each.
const PER_ACCOUNT: usize = 40;

/// Where an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// A walk has ended: next time from this standing on.
    Complete(Standing),
    /// A walk is under way.
    Within(Walk),
}

/// A walk over several pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    since: i64,
    began: Standing,
    began_at: Timestamp,
    after: (i64, AccountId),
}

/// One page.
#[derive(Debug)]
pub struct GrantChanges {
    pub changes: Vec<ChangedAccount>,
    pub next: Cursor,
    pub is_complete: bool,
    /// Everything committed before is in this answer or in one before it.
    pub as_of: Timestamp,
}

/// The text is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no cursor")]
pub struct NotACursor;

/// Gives the next page; without a cursor all accounts.
pub async fn changes(
    database: &Database,
    cursor: Option<Cursor>,
    page: usize,
) -> Result<GrantChanges, StaffError> {
    // Before the snapshot of the first page: what committed before this instant is in it.
    let asked_at = database.now();
    database
        .transaction("staff.list_grant_changes", async |tx| {
            let standing = grants::standing(tx).await?;
            let (since, after, began, as_of) = start(cursor, standing, asked_at);
            let limit = i64::try_from(page).unwrap_or(i64::MAX).saturating_add(1);
            let mut changes = grants::changed(tx, since, after, limit).await?;
            let fitting = fitting(&changes).min(page);
            let goes_on = changes.len() > fitting;
            changes.truncate(fitting);
            let next = match changes.last().filter(|_| goes_on) {
                Some(last) => {
                    let after = (last.changed_in, last.account.id);
                    Cursor::Within(Walk {
                        since,
                        began,
                        began_at: as_of,
                        after,
                    })
                }
                None => Cursor::Complete(began),
            };
            Ok(GrantChanges {
                changes,
                next,
                is_complete: !goes_on,
                as_of,
            })
        })
        .await
}

// How many of the accounts one message can hold, at least one: a single account stays far below.
fn fitting(changes: &[ChangedAccount]) -> usize {
    let sizes = changes
        .iter()
        .map(|it| publish::account_state(it.kind, &it.account).encoded_len());
    let sums = sizes.scan(0, |sum, size| {
        *sum += size + PER_ACCOUNT;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= MOST_BYTES).count().max(1)
}

// A cursor of another epoch counts transactions of a database that is gone: everything is given anew.
fn start(
    cursor: Option<Cursor>,
    now: Standing,
    asked_at: Timestamp,
) -> (i64, Option<(i64, AccountId)>, Standing, Timestamp) {
    match cursor {
        Some(Cursor::Complete(last)) if last.epoch == now.epoch => (last.oldest_open, None, now, asked_at),
        Some(Cursor::Within(walk)) if walk.began.epoch == now.epoch => {
            (walk.since, Some(walk.after), walk.began, walk.began_at)
        }
        Some(Cursor::Complete(_) | Cursor::Within(_)) | None => (0, None, now, asked_at),
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete(Standing { epoch, oldest_open }) => write!(formatter, "c.{epoch}.{oldest_open}"),
            Self::Within(Walk {
                since,
                began,
                began_at,
                after,
            }) => write!(
                formatter,
                "w.{}.{}.{since}.{}.{}.{}",
                began.epoch,
                began.oldest_open,
                began_at.as_microsecond(),
                after.0,
                after.1
            ),
        }
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            ["c", epoch, oldest_open] => Ok(Self::Complete(standing(epoch, oldest_open)?)),
            ["w", epoch, oldest_open, since, began_at, transaction, account] => Ok(Self::Within(Walk {
                since: number(since)?,
                began: standing(epoch, oldest_open)?,
                began_at: Timestamp::from_microsecond(number(began_at)?).map_err(|_| NotACursor)?,
                after: (
                    number(transaction)?,
                    AccountId::parse(account).map_err(|_| NotACursor)?,
                ),
            })),
            _ => Err(NotACursor),
        }
    }
}

fn standing(epoch: &str, oldest_open: &str) -> Result<Standing, NotACursor> {
    Ok(Standing {
        epoch: number(epoch)?,
        oldest_open: number(oldest_open)?,
    })
}

fn number(text: &str) -> Result<i64, NotACursor> {
    text.parse().ok().filter(|number| *number >= 0).ok_or(NotACursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_writes() {
        let standing = Standing {
            epoch: 2,
            oldest_open: 815,
        };
        let walk = Walk {
            since: 7,
            began: standing,
            began_at: "2026-03-02T08:00:00Z".parse().unwrap(),
            after: (900, AccountId::from_uuid(uuid::Uuid::from_u128(5))),
        };
        for cursor in [Cursor::Complete(standing), Cursor::Within(walk)] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn a_foreign_text_is_no_cursor() {
        for text in ["", "c", "c.1", "c.1.x", "c.1.-2", "w.1.2.3", "x.1.2", "c.1.2.3"] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }

    #[test]
    fn another_epoch_begins_from_the_start() {
        let old = Cursor::Complete(Standing {
            epoch: 1,
            oldest_open: 815,
        });
        let now = Standing {
            epoch: 2,
            oldest_open: 12,
        };
        assert_eq!(start(Some(old), now, Timestamp::UNIX_EPOCH).0, 0);
    }
}
