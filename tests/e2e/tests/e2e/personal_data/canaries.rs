//! A number that is used nowhere else, and a word that is none of anybody's, planted once in each sink and each time in
//! another form.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::scan::{Finding, Scanner};
use e2e::sinks;
use e2e::world::World;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use support::kafka::{client_config, create_topic};
use support::otlp::Sink;
use support::people::{PEOPLE, Person};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

pub const CANARY: Person = PEOPLE[11];
pub const CANARY_FACT: &str = "Fjällugglekanarie";

/// A file that export would be writing if it did not seal what it writes.
pub const STAGED: &str = "esf/canary/1.age#1";

const TOPIC: &str = "canary";
const SENT: Duration = Duration::from_secs(20);

/// Plants the canaries in the databases, the broker, what is sent by OTLP, and files.
pub async fn plant(world: &World, sink: &Sink) -> Result<()> {
    let digits = CANARY.digits();
    let rows = [
        ("identity", "bytea", format!("'{}'", CANARY.number)),
        ("staff", "bigint", digits.clone()),
        ("participants", "numeric", digits.clone()),
        (
            "attendance",
            "jsonb",
            format!("'{{\"who\": \"{}\"}}'", CANARY.number),
        ),
        ("consent", "text[]", format!("'{{{}}}'", &digits[2..])),
        ("export", "double precision", digits.clone()),
    ];
    for (database, kind, value) in rows {
        insert(&world.stack.postgres.url(database), kind, &value)
            .await
            .with_context(|| database.to_owned())?;
    }
    produce(world, &digits).await?;
    export(sink, &digits).await?;
    write_staged(&world.stack.plan.object_folder())?;
    deliver(&world.stack.plan.receivers_folder())
}

/// The last line of a log.
pub fn write_log_line(folder: &Path) -> Result<()> {
    let mut log = std::fs::OpenOptions::new()
        .append(true)
        .open(folder.join("identity.log"))?;
    Ok(writeln!(log, "somebody is {}", CANARY.given_name.to_uppercase())?)
}

/// Searches a page of metrics that is like a service's, but has a number as a label.
pub async fn page(scanner: &Scanner) -> Result<Vec<Finding>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/metrics", listener.local_addr()?);
    let (served, scanned) = tokio::join!(serve_once(listener), sinks::page(scanner, &url));
    served?;
    scanned
}

async fn insert(url: &str, kind: &str, value: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    let script = format!("create table canaries (canary {kind}); insert into canaries values ({value})");
    sqlx::raw_sql(AssertSqlSafe(script))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

async fn produce(world: &World, digits: &str) -> Result<()> {
    let broker = &world.stack.kafka;
    create_topic(&broker.address(), broker.administrator(), TOPIC, 1, &[]).await?;
    let encoded = STANDARD.encode(digits);
    // Long enough that compressing it is worth the broker's while.
    let compressed = format!("{} {CANARY_FACT}", "canary ".repeat(200));
    for (compression, payload) in [("lz4", compressed.as_str()), ("none", CANARY.number)] {
        let mut config = client_config(&broker.address(), broker.administrator());
        let producer: FutureProducer = config.set("compression.type", compression).create()?;
        let header = Header {
            key: "note",
            value: Some(&encoded),
        };
        let record = FutureRecord::to(TOPIC)
            .key("key")
            .payload(payload)
            .headers(OwnedHeaders::new().insert(header));
        let sent = producer.send(record, SENT).await;
        sent.map_err(|(error, _)| error).context("the canary's record")?;
    }
    Ok(())
}

async fn export(sink: &Sink, digits: &str) -> Result<()> {
    let span = Span {
        name: hex::encode(digits),
        ..Span::default()
    };
    let scope_spans = ScopeSpans {
        spans: vec![span],
        ..ScopeSpans::default()
    };
    let resource_spans = ResourceSpans {
        scope_spans: vec![scope_spans],
        ..ResourceSpans::default()
    };
    let request = ExportTraceServiceRequest {
        resource_spans: vec![resource_spans],
    };
    TraceServiceClient::connect(sink.endpoint())
        .await?
        .export(request)
        .await?;
    Ok(())
}

fn write_staged(objects: &Path) -> Result<()> {
    let file = objects.join(STAGED);
    std::fs::create_dir_all(file.parent().context("a folder")?)?;
    Ok(std::fs::write(file, STANDARD.encode(CANARY.digits()))?)
}

/// A file as export would have sealed it to a recipient, with more in it than a number.
fn deliver(receivers: &Path) -> Result<()> {
    let key = std::fs::read_to_string(receivers.join("esf.public-key"))?;
    let key: age::x25519::Recipient = key.trim().parse().map_err(|error: &str| anyhow!(error))?;
    let content = format!("{{\"note\":\"{CANARY_FACT}\",\"name\":\"{}\"}}\n", CANARY.surname);
    let sealed = age::encrypt(&key, content.as_bytes())?;
    Ok(std::fs::write(receivers.join("esf/canary.part"), sealed)?)
}

async fn serve_once(listener: TcpListener) -> Result<()> {
    let (mut caller, _) = listener.accept().await?;
    let mut request = [0; 1024];
    let _asked = caller.read(&mut request).await?;
    let body = format!("calls{{who=\"{}\"}} 1\n", &CANARY.digits()[2..]);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    Ok(caller.write_all(answer.as_bytes()).await?)
}
