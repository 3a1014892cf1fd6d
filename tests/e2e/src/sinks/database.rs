//! A database, column by column, as it is stored and as it is dumped.

use anyhow::{Context, Result};
use futures::TryStreamExt as _;
use sqlx::{Connection as _, FromRow, PgConnection};

use crate::scan::{Finding, Scanner};

/// A column of a table.
#[derive(Clone, Debug, FromRow)]
pub struct Column {
    schema: String,
    table: String,
    #[sqlx(rename = "column")]
    name: String,
    /// Marked as the place of names, addresses and the like. A number may not be there either.
    is_personal: bool,
}

/// Every database of the cluster but the empty one that administrators enter.
pub async fn names(admin_url: &str) -> Result<Vec<String>> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let names = sqlx::query_scalar(
        "select datname from pg_database where not datistemplate and datname <> 'postgres' order by datname",
    );
    let names = names.fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(names)
}

/// Searches every column of every table.
pub async fn scan(scanner: &Scanner, url: &str) -> Result<Vec<Finding>> {
    let mut connection = PgConnection::connect(url).await?;
    let mut findings = Vec::new();
    for column in columns(&mut connection).await? {
        for format in ["text", "binary"] {
            let content = copy(&mut connection, &column, format)
                .await
                .with_context(|| column.place())?;
            let found = scanner.scan(&column.place(), &content).into_iter();
            findings.extend(found.filter(|finding| finding.is_number() || !column.is_personal));
        }
    }
    connection.close().await?;
    Ok(findings)
}

impl Column {
    fn place(&self) -> String {
        format!("{}.{}.{}", self.schema, self.table, self.name)
    }
}

async fn columns(connection: &mut PgConnection) -> Result<Vec<Column>> {
    let columns = sqlx::query_as(
        "select nspname as schema, relname as table, attname as column,
            coalesce(col_description(attrelid, attnum) like 'class: personal%', false) as is_personal
         from pg_attribute
         join pg_class on pg_class.oid = attrelid
         join pg_namespace on pg_namespace.oid = relnamespace
         where relkind in ('r', 'p', 'm') and attnum > 0 and not attisdropped
             and nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg_toast%'
         order by 1, 2, attnum",
    );
    Ok(columns.fetch_all(connection).await?)
}

async fn copy(connection: &mut PgConnection, column: &Column, format: &str) -> Result<Vec<u8>> {
    let Column {
        schema, table, name, ..
    } = column;
    let statement =
        format!(r#"copy (select "{name}" from "{schema}"."{table}") to stdout (format {format})"#);
    let mut rows = connection.copy_out_raw(&statement).await?;
    let mut content = Vec::new();
    while let Some(row) = rows.try_next().await? {
        content.extend_from_slice(&row);
    }
    Ok(content)
}
