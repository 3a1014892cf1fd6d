//! Roles and databases of services. A service has an owner role that migrates and an application role that only reads
//! and writes rows; grants go to a group every application role belongs to. A test gets a clone of a migrated template.

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::tests_cluster;
use crate::files;

/// The group migrations grant to; every application role is a member.
pub const APPLICATION_GROUP: &str = "deltaga_application";

// Any number; it keeps two processes from making the same role or template at once.
const LOCK: i64 = 0x6465_6c74_6167_6100;

/// The addresses of a service's database.
#[derive(Clone, Debug)]
pub struct ServiceDatabase {
    pub name: String,
    pub admin_url: String,
    pub owner_url: String,
    pub application_url: String,
}

/// A database of one test's own.
pub type TestDatabase = ServiceDatabase;

/// Makes `<service>_owner`, `<service>_app` and the group, where they do not exist.
pub async fn create_service_roles(admin: &mut PgConnection, service: &str) -> Result<()> {
    ensure_identifier(service)?;
    let script = format!(
        "SELECT pg_advisory_xact_lock({LOCK});
         DO $$ BEGIN
           IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_GROUP}') THEN
             CREATE ROLE {APPLICATION_GROUP} NOLOGIN; END IF;
           IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{service}_owner') THEN
             CREATE ROLE {service}_owner LOGIN; END IF;
           IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{service}_app') THEN
             CREATE ROLE {service}_app LOGIN IN ROLE {APPLICATION_GROUP}; END IF;
         END $$;"
    );
    // Held until the roles are committed: the statements of one script are one transaction.
    run(admin, script).await
}

/// Makes an empty or cloned database owned by the service, which no other service may enter.
pub async fn create_database(
    admin: &mut PgConnection,
    name: &str,
    service: &str,
    template: Option<&str>,
) -> Result<()> {
    ensure_identifier(name)?;
    ensure_identifier(service)?;
    let template = template.unwrap_or("template1");
    ensure_identifier(template)?;
    run(
        admin,
        format!("CREATE DATABASE {name} OWNER {service}_owner TEMPLATE {template}"),
    )
    .await?;
    let grants = format!(
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {service}_app, {service}_owner;"
    );
    run(admin, grants).await
}

/// Drops a database if it is there, whoever uses it.
pub(super) async fn drop_database(admin: &mut PgConnection, name: &str) -> Result<()> {
    ensure_identifier(name)?;
    run(admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
}

/// The database of a service under its own name, with its roles; made where it does not exist.
pub async fn service_database(admin_url: &str, service: &str) -> Result<ServiceDatabase> {
    let mut admin = PgConnection::connect(admin_url).await?;
    create_service_roles(&mut admin, service).await?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(service)
        .fetch_one(&mut admin)
        .await?;
    if !exists {
        create_database(&mut admin, service, service, None).await?;
    }
    admin.close().await?;
    addresses(admin_url, service, service)
}

/// A database of the test's own, cloned from a template that `migrate` made once for this test program. `migrate` gets
/// the owner's address; one service name stands for one set of migrations within a test program.
pub async fn fresh_database<F, Fut, E>(service: &str, migrate: F) -> Result<TestDatabase>
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<anyhow::Error>,
{
    let admin_url = tests_cluster::admin_url().await?;
    let template = format!("template_{service}_{}", tests_cluster::program_stamp()?);
    let mut admin = PgConnection::connect(&admin_url)
        .await
        .context("the tests' cluster does not answer")?;
    if !is_template(&mut admin, &template).await? {
        make_template(&mut admin, &admin_url, service, &template, migrate).await?;
    }
    let name = files::unique(&format!("test_{service}_"));
    create_database(&mut admin, &name, service, Some(&template)).await?;
    admin.close().await?;
    addresses(&admin_url, service, &name)
}

async fn make_template<F, Fut, E>(
    admin: &mut PgConnection,
    admin_url: &str,
    service: &str,
    template: &str,
    migrate: F,
) -> Result<()>
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<anyhow::Error>,
{
    create_service_roles(admin, service).await?;
    run(admin, format!("SELECT pg_advisory_lock({LOCK})")).await?;
    if is_template(admin, template).await? {
        return run(admin, format!("SELECT pg_advisory_unlock({LOCK})")).await;
    }
    run(admin, format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)")).await?;
    create_database(admin, template, service, None).await?;
    let addresses = addresses(admin_url, service, template)?;
    migrate(addresses.owner_url)
        .await
        .map_err(Into::into)
        .context("the template's migrations failed")?;
    // Being a template is the mark of being complete; a leftover connection would block every clone.
    let seal = format!(
        "ALTER DATABASE {template} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}';"
    );
    run(admin, seal).await?;
    // Statements sent together are one transaction: unlocked among them, the next in line would not see the template yet.
    run(admin, format!("SELECT pg_advisory_unlock({LOCK})")).await
}

async fn is_template(admin: &mut PgConnection, name: &str) -> Result<bool> {
    let found: Option<bool> = sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(admin)
        .await?;
    Ok(found.unwrap_or(false))
}

async fn run(connection: &mut PgConnection, statements: String) -> Result<()> {
    // Every name in these statements has passed `ensure_identifier`.
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) fn addresses(admin_url: &str, service: &str, name: &str) -> Result<ServiceDatabase> {
    let (before, _database) = admin_url
        .rsplit_once('/')
        .context("a database address ends in its name")?;
    let (_role, host) = before
        .rsplit_once('@')
        .context("the administrator's address names its role")?;
    Ok(ServiceDatabase {
        name: name.to_owned(),
        admin_url: format!("{before}/{name}"),
        owner_url: format!("postgres://{service}_owner@{host}/{name}"),
        application_url: format!("postgres://{service}_app@{host}/{name}"),
    })
}

fn ensure_identifier(name: &str) -> Result<()> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    ensure!(
        !name.is_empty() && name.len() <= 60 && name.chars().all(plain),
        "{name} is no plain database name"
    );
    Ok(())
}
