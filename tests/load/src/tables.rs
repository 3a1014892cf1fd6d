//! Large tables: made once into a template in a cluster of `.run` that outlives the run, cloned for each run by copying
//! files. The template's name holds what it was made from, so that another schema or another recipe makes a new one.

use std::sync::Arc;
use std::time::Instant;

use platform::clock::{SharedClock, SystemClock, SystemEntropy};
use platform::config::Secret;
use platform::db::{self, Database, DbConfig};
use platform::keys::KeyRing;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use support::postgres::{self, Cluster, Options, ServiceDatabase};
use support::{files, ports};

use crate::stand;

/// What a template is made from.
pub struct Recipe<'r, F> {
    pub name: &'static str,
    pub service: &'static str,
    pub migrator: &'static Migrator,
    /// Everything else that decides what is in the tables.
    pub text: &'r str,
    /// Fills the migrated database: by the superuser's connection, or as the service itself.
    pub fill: F,
}

/// The cluster of the large tables.
pub struct Tables {
    cluster: Cluster,
    admin: PgConnection,
    _alone: std::fs::File,
}

impl Tables {
    pub async fn open() -> Self {
        let home = files::run_folder().join("bench");
        std::fs::create_dir_all(&home).unwrap();
        let alone = files::lock(&home.join("lock")).unwrap();
        let options = Options {
            folder: home.join("postgres"),
            log_file: home.join("postgres.log"),
            port: ports::reserve().unwrap(),
            durable: false,
        };
        let cluster = Cluster::start(options).await.unwrap();
        let admin = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
        Self {
            cluster,
            admin,
            _alone: alone,
        }
    }

    /// A database with the tables of the recipe, which this run may change.
    pub async fn clone_of<F>(&mut self, recipe: &Recipe<'_, F>) -> ServiceDatabase
    where
        F: AsyncFn(&mut PgConnection, &Database, &KeyRing),
    {
        let (kind, service) = (recipe.name, recipe.service);
        postgres::create_service_roles(&mut self.admin, service)
            .await
            .unwrap();
        let template = template_name(recipe);
        if !self.has(&template).await {
            self.make(&template, recipe).await;
        }
        let (name, began) = (format!("run_{kind}"), Instant::now());
        self.run(format!("drop database if exists {name} with (force)"))
            .await;
        let copy =
            format!("create database {name} owner {service}_owner template {template} strategy file_copy");
        self.run(copy).await;
        // So that plans can be asked for while it runs; until then it does nothing.
        self.run(format!(
            "alter database {name} set session_preload_libraries = 'auto_explain'"
        ))
        .await;
        let size: String = sqlx::query_scalar("select pg_size_pretty(pg_database_size($1))")
            .bind(&name)
            .fetch_one(&mut self.admin)
            .await
            .unwrap();
        println!(
            "{kind}: {size} cloned in {:.0?}, fsync {}",
            began.elapsed(),
            self.fsync().await
        );
        self.database(service, &name)
    }

    /// Removes the clone and ends the cluster; the template stays.
    pub async fn close(mut self, database: &ServiceDatabase) {
        self.run(format!("drop database {} with (force)", database.name))
            .await;
        self.admin.close().await.unwrap();
        self.cluster.stop().await.unwrap();
    }

    /// The process that all sessions belong to.
    pub fn postmaster(&mut self) -> u32 {
        self.cluster.process().id()
    }

    /// Whether commits reach the disk.
    pub async fn fsync(&mut self) -> String {
        sqlx::query_scalar("show fsync")
            .fetch_one(&mut self.admin)
            .await
            .unwrap()
    }

    async fn make<F>(&mut self, template: &str, recipe: &Recipe<'_, F>)
    where
        F: AsyncFn(&mut PgConnection, &Database, &KeyRing),
    {
        let (kind, service, began) = (recipe.name, recipe.service, Instant::now());
        println!("{kind}: making the tables, once");
        self.drop_older(kind).await;
        let draft = format!("draft_{kind}");
        self.run(format!("drop database if exists {draft} with (force)"))
            .await;
        postgres::create_database(&mut self.admin, &draft, service, None)
            .await
            .unwrap();
        let addresses = self.database(service, &draft);
        let owner = Secret::new(addresses.owner_url.clone());
        db::migrate(&owner, &[&db::MIGRATOR, recipe.migrator])
            .await
            .unwrap();
        let database = opened(&addresses);
        let keys = KeyRing::open(&database, &stand::key(), Arc::new(SystemEntropy))
            .await
            .unwrap();
        let mut superuser = PgConnection::connect(&addresses.admin_url).await.unwrap();
        (recipe.fill)(&mut superuser, &database, &keys).await;
        // Frozen and known to be visible, as tables are that have been there for a while.
        run(&mut superuser, "vacuum (freeze, analyze)".to_owned()).await;
        database.close().await;
        superuser.close().await.unwrap();
        self.run(format!("alter database {draft} rename to {template}"))
            .await;
        println!("{kind}: made in {:.0?}", began.elapsed());
    }

    async fn drop_older(&mut self, kind: &str) {
        let older: Vec<String> =
            sqlx::query_scalar("select datname from pg_database where starts_with(datname, $1)")
                .bind(format!("template_{kind}_"))
                .fetch_all(&mut self.admin)
                .await
                .unwrap();
        for name in older {
            self.run(format!("drop database {name} with (force)")).await;
        }
    }

    async fn has(&mut self, name: &str) -> bool {
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut self.admin)
            .await
            .unwrap()
    }

    async fn run(&mut self, statement: String) {
        run(&mut self.admin, statement).await;
    }

    fn database(&self, service: &str, name: &str) -> ServiceDatabase {
        ServiceDatabase {
            name: name.to_owned(),
            admin_url: self.cluster.url(name),
            owner_url: self.cluster.url_of(&format!("{service}_owner"), name),
            application_url: self.cluster.url_of(&format!("{service}_app"), name),
        }
    }
}

fn opened(addresses: &ServiceDatabase) -> Database {
    let clock: SharedClock = Arc::new(SystemClock::new());
    let config = DbConfig::new(addresses.application_url.clone());
    Database::open(&config, clock, Arc::new(SystemEntropy)).unwrap()
}

fn template_name<F>(recipe: &Recipe<'_, F>) -> String {
    let migrations = [&db::MIGRATOR, recipe.migrator]
        .into_iter()
        .flat_map(|migrator| migrator.iter());
    let mut bytes: Vec<u8> = migrations
        .flat_map(|migration| migration.checksum.to_vec())
        .collect();
    bytes.extend_from_slice(recipe.text.as_bytes());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    format!("template_{}_{}", recipe.name, &hex::encode(digest)[..12])
}

async fn run(connection: &mut PgConnection, statement: String) {
    // Names come from this file; recipes are files of the benchmarks.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await
        .unwrap();
}
