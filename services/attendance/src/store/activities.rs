//! The activity catalogue.

use platform::db::{Day, DbError, Inconsistency};
use platform::outbox::Revision;
use sqlx::PgConnection;

use super::{code, inconsistent};
use crate::domain::activity::{Activity, ActivityCode, ActivityName, Catalogue};
use crate::domain::validity::Validity;

/// An activity with the revision of its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredActivity {
    pub activity: Activity,
    pub revision: Revision,
}

/// What part of the catalogue is wanted.
pub struct ActivityPage<'p> {
    pub on: Option<jiff::civil::Date>,
    pub after: Option<&'p str>,
    pub limit: i64,
}

struct ActivityRow {
    activity_code: String,
    valid_from: Day,
    valid_to: Option<Day>,
    name_sv: String,
    name_en: String,
    is_always: bool,
    is_only_under_newer_plan: bool,
    revision_epoch: i64,
    revision_n: i64,
}

/// The whole catalogue, which is small.
pub async fn catalogue(connection: &mut PgConnection) -> Result<Catalogue, DbError> {
    let everything = ActivityPage {
        on: None,
        after: None,
        limit: i64::MAX,
    };
    let stored = page(connection, &everything).await?;
    Ok(stored.into_iter().map(|stored| stored.activity).collect())
}

pub async fn page(
    connection: &mut PgConnection,
    page: &ActivityPage<'_>,
) -> Result<Vec<StoredActivity>, DbError> {
    let rows = sqlx::query_as!(
        ActivityRow,
        r#"select activity_code, valid_from, valid_to, name_sv, name_en, is_always, is_only_under_newer_plan,
            revision_epoch, revision_n
        from activities
        where ($1::text is null or activity_code collate "C" > $1)
            and ($2::date is null or $2 between valid_from and coalesce(valid_to, $2))
        order by activity_code collate "C" limit $3"#,
        page.after,
        page.on.map(Day) as _,
        page.limit,
    )
    .fetch_all(connection)
    .await?;
    let read: Result<Vec<_>, _> = rows.into_iter().map(StoredActivity::try_from).collect();
    Ok(read?)
}

pub async fn lock(
    connection: &mut PgConnection,
    code: &ActivityCode,
) -> Result<Option<StoredActivity>, DbError> {
    let row = sqlx::query_as!(
        ActivityRow,
        "select activity_code, valid_from, valid_to, name_sv, name_en, is_always, is_only_under_newer_plan,
            revision_epoch, revision_n
        from activities where activity_code = $1 for update",
        code.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(StoredActivity::try_from).transpose()?)
}

/// In the order of codes, locked, for writing all of them out.
pub async fn lock_page(
    connection: &mut PgConnection,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<StoredActivity>, DbError> {
    let rows = sqlx::query_as!(
        ActivityRow,
        r#"select activity_code, valid_from, valid_to, name_sv, name_en, is_always, is_only_under_newer_plan,
            revision_epoch, revision_n
        from activities where $1::text is null or activity_code collate "C" > $1
        order by activity_code collate "C" limit $2 for update"#,
        after,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let read: Result<Vec<_>, _> = rows.into_iter().map(StoredActivity::try_from).collect();
    Ok(read?)
}

pub async fn save(
    connection: &mut PgConnection,
    activity: &Activity,
    revision: Revision,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into activities (activity_code, valid_from, valid_to, name_sv, name_en, is_always,
            is_only_under_newer_plan, revision_epoch, revision_n)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (activity_code) do update set valid_from = excluded.valid_from, valid_to = excluded.valid_to,
            name_sv = excluded.name_sv, name_en = excluded.name_en, is_always = excluded.is_always,
            is_only_under_newer_plan = excluded.is_only_under_newer_plan, revision_epoch = excluded.revision_epoch,
            revision_n = excluded.revision_n",
        activity.code.as_str(),
        Day(activity.validity.from()) as _,
        activity.validity.to().map(Day) as _,
        activity.name_sv.as_str(),
        activity.name_en.as_str(),
        activity.always,
        activity.only_under_newer_plan,
        revision.epoch,
        revision.n,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl TryFrom<ActivityRow> for StoredActivity {
    type Error = Inconsistency;

    fn try_from(row: ActivityRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("activities", column, &row.activity_code);
        let validity = Validity::parse(row.valid_from.into(), row.valid_to.map(Into::into));
        Ok(Self {
            activity: Activity {
                code: code(&row.activity_code, "activities", &row.activity_code)?,
                validity: validity.map_err(|_| wrong("valid_to"))?,
                name_sv: ActivityName::parse(&row.name_sv).map_err(|_| wrong("name_sv"))?,
                name_en: ActivityName::parse(&row.name_en).map_err(|_| wrong("name_en"))?,
                always: row.is_always,
                only_under_newer_plan: row.is_only_under_newer_plan,
            },
            revision: Revision {
                epoch: row.revision_epoch,
                n: row.revision_n,
            },
        })
    }
}
