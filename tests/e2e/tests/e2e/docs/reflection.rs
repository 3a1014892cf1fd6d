//! Reflection of the running services: what a developer's tool is told when it asks for the contract.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use futures::stream;
use journey::places::{Places, connect};
use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorProto;
use support::ca::Identity;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{FileDescriptorResponse, ServerReflectionRequest};

/// Asks all of them.
pub async fn every_service_tells_its_contract(places: &Places, certificate: &Identity) -> Result<()> {
    let services = [
        ("identity", &places.identity),
        ("staff", &places.staff),
        ("participants", &places.participants),
        ("attendance", &places.attendance),
        ("consent", &places.consent),
        ("export", &places.export),
    ];
    for (name, address) in services {
        let client = ServerReflectionClient::new(connect(address, certificate)?);
        tells_its_contract(client, name)
            .await
            .with_context(|| format!("reflection of {name}"))?;
    }
    Ok(())
}

async fn tells_its_contract(mut client: ServerReflectionClient<Channel>, service: &str) -> Result<()> {
    let own = own_services(service)?;
    ensure!(own.len() > 1, "the contract has nothing of it");
    let MessageResponse::ListServicesResponse(listed) =
        ask(&mut client, MessageRequest::ListServices(String::new())).await?
    else {
        anyhow::bail!("services were asked for");
    };
    let listed: BTreeSet<String> = listed.service.into_iter().map(|service| service.name).collect();
    let missing: Vec<_> = own.difference(&listed).collect();
    ensure!(missing.is_empty(), "not listed: {missing:?}");
    for name in own {
        let asked = MessageRequest::FileContainingSymbol(name.clone());
        let MessageResponse::FileDescriptorResponse(answer) = ask(&mut client, asked).await? else {
            anyhow::bail!("{name} is listed and not described");
        };
        ensure!(describes(&answer, &name)?, "{name} is not in the file of it");
    }
    Ok(())
}

// Those of its package, and what the platform gives every service.
fn own_services(service: &str) -> Result<BTreeSet<String>> {
    let packages = [
        format!("deltaga.{service}.v1"),
        "deltaga.operations.v1".to_owned(),
    ];
    let pool = DescriptorPool::decode(proto::DESCRIPTORS)?;
    let own = pool
        .services()
        .filter(|found| packages.contains(&found.package_name().to_owned()))
        .map(|found| found.full_name().to_owned());
    Ok(own.collect())
}

async fn ask(
    client: &mut ServerReflectionClient<Channel>,
    message: MessageRequest,
) -> Result<MessageResponse> {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(message),
    };
    let mut answers = client
        .server_reflection_info(stream::iter([request]))
        .await?
        .into_inner();
    let answer = answers.message().await?.context("an answer")?;
    answer.message_response.context("an answer with content")
}

fn describes(answer: &FileDescriptorResponse, name: &str) -> Result<bool> {
    for file in &answer.file_descriptor_proto {
        let file = FileDescriptorProto::decode(file.as_slice())?;
        let is_there = |service: &str| format!("{}.{service}", file.package()) == name;
        if file.service.iter().any(|service| is_there(service.name())) {
            return Ok(true);
        }
    }
    Ok(false)
}
