//! The Connect protocol from a client's side: a call is a POST with JSON, made and read by the contract's descriptors.

use std::fmt;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use reqwest::RequestBuilder;
use serde_json::Value;

/// A call that was refused: HTTP status and the error object, which holds no personal data.
#[derive(Clone, Debug)]
pub struct Refused {
    pub status: u16,
    pub body: Value,
}

impl Refused {
    /// The code of the Connect protocol.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "refused with {}: {}", self.status, self.body)
    }
}

impl std::error::Error for Refused {}

/// The method of a path: what stands behind `<service>/`, if that is there.
pub fn method_of(path: &str) -> &str {
    match path.split_once('/') {
        Some((_, rest)) if rest.contains('/') => rest,
        _ => path,
    }
}

/// The JSON of a request to a method written `package.Service/Method`.
pub fn request_json(method: &str, message: &impl Message) -> Result<Vec<u8>> {
    let dynamic = DynamicMessage::decode(find(method)?.input(), message.encode_to_vec().as_slice())?;
    Ok(serde_json::to_vec(&dynamic)?)
}

/// Sends a call and reads its answer.
pub async fn send<A: Message + Default>(
    request: RequestBuilder,
    method: &str,
    message: &impl Message,
) -> Result<(A, reqwest::header::HeaderMap)> {
    let answer = request
        .header("content-type", "application/json")
        .header("connect-protocol-version", "1")
        .body(request_json(method, message)?)
        .send()
        .await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await?;
    if !status.is_success() {
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let status = status.as_u16();
        return Err(Refused { status, body }).with_context(|| method.to_owned());
    }
    let answer = from_json(find(method)?.output(), &body)?;
    Ok((answer, headers))
}

/// A message from its JSON, by its full name.
pub fn message_from_json<M: Message + Default>(name: &str, json: &str) -> Result<M> {
    let descriptor = pool()
        .get_message_by_name(name)
        .with_context(|| format!("{name} is not in the contract"))?;
    from_json(descriptor, json.as_bytes())
}

fn from_json<M: Message + Default>(descriptor: MessageDescriptor, json: &[u8]) -> Result<M> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let dynamic = DynamicMessage::deserialize(descriptor, &mut deserializer)?;
    Ok(dynamic.transcode_to()?)
}

fn find(method: &str) -> Result<MethodDescriptor> {
    let (service, name) = method
        .split_once('/')
        .context("a method is package.Service/Method")?;
    let service = pool().get_service_by_name(service);
    service
        .and_then(|service| service.methods().find(|method| method.name() == name))
        .with_context(|| format!("{method} is not in the contract"))
}

fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        DescriptorPool::decode(proto::DESCRIPTORS).expect("the contract's descriptors are part of the build")
    })
}
