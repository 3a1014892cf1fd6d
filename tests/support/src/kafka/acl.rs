//! Grants in the broker's authorizer. librdkafka's Rust binding has no call for them, so this module speaks the two
//! requests of Kafka's protocol needed for them (CreateAcls and DescribeAcls, version 1) over a TLS socket.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::ca::Identity;
use crate::eventually::try_eventually;

const DESCRIBE_ACLS: i16 = 29;
const CREATE_ACLS: i16 = 30;
const VERSION: i16 = 1;
const CORRELATION: i32 = 1;
const ANY: i8 = 1;
const ALLOW: i8 = 3;
const LITERAL: i8 = 3;
const PREFIXED: i8 = 4;
const ABSENT: i16 = -1;
const LARGEST_ANSWER: usize = 1 << 20;
const VISIBLE: Duration = Duration::from_secs(20);

/// What a grant is about.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    Topic(&'a str),
    GroupsStartingWith(&'a str),
    TransactionalId(&'a str),
}

/// What is granted; each of them includes being able to describe the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Read,
    Write,
}

/// One thing a service may do with one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    resource_type: i8,
    name: String,
    pattern: i8,
    principal: String,
    operation: Operation,
}

impl Operation {
    fn on_wire(self) -> i8 {
        match self {
            Self::Read => 3,
            Self::Write => 4,
        }
    }

    fn from_wire(code: i8) -> Option<Self> {
        [Self::Read, Self::Write]
            .into_iter()
            .find(|operation| operation.on_wire() == code)
    }
}

impl Grant {
    pub fn on(resource: Resource<'_>, service: &str, operation: Operation) -> Self {
        let (resource_type, name, pattern) = match resource {
            Resource::Topic(name) => (2, name, LITERAL),
            Resource::GroupsStartingWith(prefix) => (3, prefix, PREFIXED),
            Resource::TransactionalId(name) => (5, name, LITERAL),
        };
        Self {
            resource_type,
            name: name.to_owned(),
            pattern,
            principal: format!("User:{service}"),
            operation,
        }
    }

    fn write(&self, request: &mut Vec<u8>) -> Result<()> {
        request.push(self.resource_type.to_be_bytes()[0]);
        write_text(request, &self.name)?;
        request.push(self.pattern.to_be_bytes()[0]);
        write_text(request, &self.principal)?;
        write_text(request, "*")?;
        request.push(self.operation.on_wire().to_be_bytes()[0]);
        request.push(ALLOW.to_be_bytes()[0]);
        Ok(())
    }
}

/// Creates the grants and waits until the broker judges by them; those that exist already stay as they are.
pub async fn create(broker: &str, administrator: &Identity, grants: &[Grant]) -> Result<()> {
    let answer = ask(broker, administrator, &creation(grants)?).await?;
    check_creation(&answer, grants)?;
    // The controller answers before the broker's own authorizer has heard of it.
    try_eventually(VISIBLE, || async {
        let answer = ask(broker, administrator, &listing()).await?;
        let listed = read_listing(&answer)?;
        ensure!(
            grants.iter().all(|grant| listed.contains(grant)),
            "the broker does not list every grant"
        );
        Ok(())
    })
    .await
}

async fn ask(broker: &str, administrator: &Identity, request: &[u8]) -> Result<Vec<u8>> {
    let mut stream = connect(broker, administrator).await?;
    stream.write_i32(i32::try_from(request.len())?).await?;
    stream.write_all(request).await?;
    stream.flush().await?;
    let length = usize::try_from(
        stream
            .read_i32()
            .await
            .context("the broker closed the connection")?,
    )?;
    ensure!(
        length <= LARGEST_ANSWER,
        "the broker announces an answer of {length} bytes"
    );
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

async fn connect(broker: &str, administrator: &Identity) -> Result<TlsStream<TcpStream>> {
    let (host, _port) = broker
        .rsplit_once(':')
        .context("a broker's address is host:port")?;
    let connector = TlsConnector::from(Arc::new(administrator.client_config()?));
    let socket = TcpStream::connect(broker)
        .await
        .with_context(|| format!("{broker} does not answer"))?;
    let name = ServerName::try_from(host.to_owned())?;
    connector
        .connect(name, socket)
        .await
        .context("the broker refuses the TLS connection")
}

fn header(request: i16) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(request.to_be_bytes());
    body.extend(VERSION.to_be_bytes());
    body.extend(CORRELATION.to_be_bytes());
    body.extend(ABSENT.to_be_bytes());
    body
}

fn creation(grants: &[Grant]) -> Result<Vec<u8>> {
    let mut body = header(CREATE_ACLS);
    body.extend(i32::try_from(grants.len())?.to_be_bytes());
    for grant in grants {
        grant.write(&mut body)?;
    }
    Ok(body)
}

// The filter that everything passes: any type, no name, any pattern, no principal, no host, any operation and answer.
fn listing() -> Vec<u8> {
    let mut body = header(DESCRIBE_ACLS);
    body.extend(ANY.to_be_bytes());
    body.extend(ABSENT.to_be_bytes());
    body.extend(ANY.to_be_bytes());
    body.extend([ABSENT.to_be_bytes(), ABSENT.to_be_bytes()].concat());
    body.extend([ANY, ANY].map(i8::to_be_bytes).concat());
    body
}

fn write_text(request: &mut Vec<u8>, text: &str) -> Result<()> {
    request.extend(i16::try_from(text.len())?.to_be_bytes());
    request.extend(text.as_bytes());
    Ok(())
}

// Answer: correlation id, throttle time, then one (error code, error message) per grant in the order sent.
fn check_creation(answer: &[u8], grants: &[Grant]) -> Result<()> {
    let mut rest = start_of(answer)?;
    let count = take_i32(&mut rest)?;
    ensure!(
        usize::try_from(count).ok() == Some(grants.len()),
        "the broker answers {count} of {} grants",
        grants.len()
    );
    for grant in grants {
        let code = take_i16(&mut rest)?;
        let message = take_text(&mut rest)?;
        if code != 0 {
            bail!(
                "the broker refuses the grant on {} (error {code}): {message}",
                grant.name
            );
        }
    }
    Ok(())
}

// Answer: correlation id, throttle time, error code and message, then per resource its grants.
fn read_listing(answer: &[u8]) -> Result<Vec<Grant>> {
    let mut rest = start_of(answer)?;
    let code = take_i16(&mut rest)?;
    let message = take_text(&mut rest)?;
    ensure!(
        code == 0,
        "the broker does not list its grants (error {code}): {message}"
    );
    let mut grants = Vec::new();
    for _resource in 0..take_i32(&mut rest)? {
        let resource_type = take_i8(&mut rest)?;
        let name = take_text(&mut rest)?;
        let pattern = take_i8(&mut rest)?;
        for _grant in 0..take_i32(&mut rest)? {
            let principal = take_text(&mut rest)?;
            let _host = take_text(&mut rest)?;
            let operation = Operation::from_wire(take_i8(&mut rest)?);
            let _permission = take_i8(&mut rest)?;
            let name = name.clone();
            grants.extend(operation.map(|operation| Grant {
                resource_type,
                name,
                pattern,
                principal,
                operation,
            }));
        }
    }
    Ok(grants)
}

fn start_of(answer: &[u8]) -> Result<&[u8]> {
    let mut rest = answer;
    let correlation = take_i32(&mut rest)?;
    ensure!(correlation == CORRELATION, "the broker answers another request");
    let _throttle_ms = take_i32(&mut rest)?;
    Ok(rest)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (head, tail) = rest
        .split_at_checked(length)
        .context("the broker's answer is cut short")?;
    *rest = tail;
    Ok(head)
}

fn take_i32(rest: &mut &[u8]) -> Result<i32> {
    Ok(i32::from_be_bytes(take(rest, 4)?.try_into()?))
}

fn take_i8(rest: &mut &[u8]) -> Result<i8> {
    Ok(i8::from_be_bytes(take(rest, 1)?.try_into()?))
}

fn take_i16(rest: &mut &[u8]) -> Result<i16> {
    Ok(i16::from_be_bytes(take(rest, 2)?.try_into()?))
}

fn take_text(rest: &mut &[u8]) -> Result<String> {
    match usize::try_from(take_i16(rest)?) {
        Ok(length) => Ok(String::from_utf8_lossy(take(rest, length)?).into_owned()),
        Err(_null) => Ok(String::new()),
    }
}
