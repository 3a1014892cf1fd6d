//! Which method of the contract a path names, which service answers it and through which door it may be called. Made
//! from the contract's descriptors and call policies, so that a new RPC needs nothing here.

pub mod pages;

use std::collections::HashMap;
use std::sync::Arc;

use http::uri::PathAndQuery;
use platform::auth::{CallPolicy, PolicyTable};
use prost_reflect::{DescriptorPool, MessageDescriptor, MethodDescriptor};
use proto::policy::v1::PrincipalKind;

use crate::connect::json::writer::Writer;
use crate::session::Wrapped;

/// The services behind the gateway. A package `deltaga.<service>.v1` belongs to the service of that name.
pub const PEERS: &[&str] = &[
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
];

/// Those that hold something of a person and give it to the person (`deltaga.subject.v1`), in the order of a download.
pub const PEERS_WITH_PERSONS: &[&str] = &["identity", "participants", "attendance", "consent", "export"];

/// Through which port a call comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// People, with a cookie.
    Browsers,
    /// Systems of suppliers, with a certificate.
    Suppliers,
}

/// A method as the gateway calls it.
#[derive(Debug)]
pub struct Method {
    /// `package.Service/Method`.
    pub name: String,
    /// The same as a path.
    pub path: PathAndQuery,
    /// What is sent.
    pub input: MessageDescriptor,
    /// Writes what is answered.
    pub output: Writer,
    /// Whether it is answered by a stream.
    pub is_streaming: bool,
    /// Whether secrets of its messages live in cookies.
    pub wrapped: Option<Wrapped>,
    peer: Option<&'static str>,
    is_for_people: bool,
    is_for_suppliers: bool,
}

/// A method and the service that answers it.
#[derive(Clone, Debug)]
pub struct Route {
    /// What is called.
    pub method: Arc<Method>,
    /// Who answers.
    pub peer: &'static str,
}

/// All methods that can be called from outside.
#[derive(Debug)]
pub struct Routes {
    methods: HashMap<String, Arc<Method>>,
}

// === impl Door ===

impl Door {
    /// A word for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browsers => "browsers",
            Self::Suppliers => "suppliers",
        }
    }
}

// === impl Method ===

impl Method {
    fn read(method: &MethodDescriptor, policy: &CallPolicy) -> Option<Self> {
        // Browsers have no client streaming; uploads come in chunks.
        if method.is_client_streaming() {
            return None;
        }
        let service = method.parent_service();
        let name = format!("{}/{}", service.full_name(), method.name());
        let admits = |kind| policy.principals.contains(&kind);
        let wrapped = Wrapped::of(&name);
        let read = Self {
            path: format!("/{name}")
                .parse()
                .expect("names of the contract are a path"),
            input: method.input(),
            output: Writer::new(method.output()),
            is_streaming: method.is_server_streaming(),
            peer: owner(service.package_name()),
            is_for_people: admits(PrincipalKind::Participant)
                || admits(PrincipalKind::Staff)
                || wrapped.is_some(),
            is_for_suppliers: admits(PrincipalKind::SupplierClient) || admits(PrincipalKind::Certificate),
            wrapped,
            name,
        };
        (read.is_for_people || read.is_for_suppliers).then_some(read)
    }

    /// Whether it can be called through this door at all. Whether this caller may is for the service to say.
    pub fn is_behind(&self, door: Door) -> bool {
        match door {
            Door::Browsers => self.is_for_people,
            Door::Suppliers => self.is_for_suppliers,
        }
    }
}

// === impl Routes ===

impl Routes {
    /// The routes of this build's contract.
    pub fn of_contract() -> Self {
        let pool = DescriptorPool::decode(proto::DESCRIPTORS)
            .expect("the contract's descriptors are part of the build");
        let policies = PolicyTable::of_contract();
        let methods = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>());
        let methods = methods.filter_map(|method| {
            let name = format!("{}/{}", method.parent_service().full_name(), method.name());
            let read = Method::read(&method, policies.of(&name)?)?;
            Some((name, Arc::new(read)))
        });
        Self {
            methods: methods.collect(),
        }
    }

    /// The method that a path names: `/package.Service/Method`, or `/<service>/package.Service/Method`, which is needed
    /// where several services serve the same package and must agree with the package elsewhere.
    pub fn find(&self, door: Door, path: &str) -> Option<Route> {
        let path = path.strip_prefix('/')?;
        let (named, name) = match path.split_once('/')? {
            (first, rest) if rest.contains('/') => (Some(peer(first)?), rest),
            _ => (None, path),
        };
        let method = self.methods.get(name).filter(|method| method.is_behind(door))?;
        let peer = match (method.peer, named) {
            (Some(owner), Some(named)) if owner != named => return None,
            (owner, named) => owner.or(named)?,
        };
        Some(Route {
            method: method.clone(),
            peer,
        })
    }

    /// Every method that is behind a door, in order: with `{service}/` where the service must be named.
    pub fn listed(&self, door: Door) -> Vec<String> {
        let behind = self.methods.values().filter(|method| method.is_behind(door));
        let mut paths: Vec<String> = behind
            .map(|method| match method.peer {
                Some(_) => format!("/{}", method.name),
                None => format!("/{{service}}/{}", method.name),
            })
            .collect();
        paths.sort();
        paths
    }
}

fn owner(package: &str) -> Option<&'static str> {
    peer(package.split('.').nth(1)?)
}

fn peer(name: &str) -> Option<&'static str> {
    PEERS.iter().copied().find(|peer| *peer == name)
}

#[cfg(test)]
mod tests;
