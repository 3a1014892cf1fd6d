//! The contract's method options as a table, and the decision over it. Pure: who calls is given, nothing is asked for.

use std::collections::HashMap;

use prost::Message as _;
use prost_reflect::{DescriptorPool, ExtensionDescriptor, MethodDescriptor, Value};
use proto::errors::v1::ErrorReason;
use proto::policy::v1::{self as contract, Assurance, Permission, PrincipalKind, ReadLog};

use super::Principal;
use crate::grpc::Rejection;

const ANY_SERVICE: &str = "*";
const REFLECTION: &str = "grpc.reflection.v1.ServerReflection/";

/// Who may call one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// Kinds of caller; never empty.
    pub principals: Vec<PrincipalKind>,
    /// Services by name; `*` is any.
    pub services: Vec<String>,
    /// A staff caller's account holds one of these; empty where no account is needed.
    pub permissions: Vec<Permission>,
    /// Least assurance of a signed-in person.
    pub assurance: Assurance,
    /// Whether the read must be logged.
    pub read_log: ReadLog,
}

/// The policies of all methods, by `package.Service/Method`.
#[derive(Clone, Debug)]
pub struct PolicyTable {
    methods: HashMap<String, CallPolicy>,
}

/// Why the table cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The descriptors are damaged.
    #[error("the descriptors of the contract cannot be read")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// The option is not declared.
    #[error("the contract declares no option for call policies")]
    NoOption,
    /// A method's option holds values that this build does not know.
    #[error("the policy of {0} cannot be read")]
    Method(String),
}

impl PolicyTable {
    /// The table of this build's contract.
    pub fn of_contract() -> Self {
        Self::of_descriptors(proto::DESCRIPTORS).expect("the contract's descriptors are part of the build")
    }

    /// The table of an encoded descriptor set.
    pub fn of_descriptors(encoded: &[u8]) -> Result<Self, PolicyError> {
        let pool = DescriptorPool::decode(encoded)?;
        let option = pool
            .get_extension_by_name("deltaga.policy.v1.call")
            .ok_or(PolicyError::NoOption)?;
        let mut methods = HashMap::new();
        for service in pool.services() {
            for method in service.methods() {
                let name = format!("{}/{}", service.full_name(), method.name());
                match read(&method, &option) {
                    Some(Ok(policy)) => drop(methods.insert(name, policy)),
                    Some(Err(Unreadable)) => return Err(PolicyError::Method(name)),
                    None => {}
                }
            }
        }
        Ok(Self { methods })
    }

    /// The policy of a method. None means: nobody may call it.
    pub fn of(&self, method: &str) -> Option<&CallPolicy> {
        self.methods.get(method)
    }

    /// All methods, in no order.
    pub fn methods(&self) -> impl Iterator<Item = (&str, &CallPolicy)> {
        self.methods.iter().map(|(name, policy)| (name.as_str(), policy))
    }
}

/// Whether a method is open to every holder of a certificate: reflection describes the contract and holds no data.
pub fn is_exempt(method: &str) -> bool {
    method.starts_with(REFLECTION)
}

impl CallPolicy {
    /// Decides on kind, service and assurance. Permissions are a second step, since they need the account.
    pub fn admit(&self, principal: &Principal) -> Result<(), Rejection> {
        if !self.admits_kind(principal) {
            return Err(self.wrong_kind(principal));
        }
        match principal {
            Principal::Participant(who) | Principal::Staff { who, .. } if who.assurance < self.assurance => {
                Err(Rejection::forbidden(ErrorReason::AssuranceTooLow)
                    .with("assurance", spelled(self.assurance)))
            }
            Principal::Participant(_)
            | Principal::Staff { .. }
            | Principal::AgencyClient(_)
            | Principal::SupplierClient(_)
            | Principal::Service(_)
            | Principal::Certificate(_) => Ok(()),
        }
    }

    /// Whether this caller must act through an account.
    pub fn needs_account(&self, principal: &Principal) -> bool {
        principal.kind() == PrincipalKind::Staff && !self.permissions.is_empty()
    }

    /// Decides on the permissions of the account.
    pub fn admit_account(&self, account: &super::AccountGrant, at: jiff::Timestamp) -> Result<(), Rejection> {
        if self
            .permissions
            .iter()
            .any(|permission| account.may(*permission, at))
        {
            return Ok(());
        }
        let names: Vec<&str> = self
            .permissions
            .iter()
            .map(|permission| word(permission.as_str_name()))
            .collect();
        Err(Rejection::forbidden(ErrorReason::PermissionMissing).with("permission", names.join(",")))
    }

    // Options that contradict each other stop the service at start, before anybody is let in or locked out by mistake.
    fn is_consistent(&self) -> bool {
        let lists = |kind| self.principals.contains(&kind);
        let takes_people = lists(PrincipalKind::Participant) || lists(PrincipalKind::Staff);
        !self.principals.is_empty()
            && !lists(PrincipalKind::Unspecified)
            && lists(PrincipalKind::Service) != self.services.is_empty()
            && (lists(PrincipalKind::Staff) || self.permissions.is_empty())
            && takes_people != (self.assurance == Assurance::Unspecified)
    }

    fn admits_kind(&self, principal: &Principal) -> bool {
        let is_listed = self.principals.contains(&principal.kind());
        match principal {
            Principal::Service(name) => {
                is_listed
                    && self
                        .services
                        .iter()
                        .any(|service| service == ANY_SERVICE || service == name)
            }
            Principal::Participant(_)
            | Principal::Staff { .. }
            | Principal::AgencyClient(_)
            | Principal::SupplierClient(_)
            | Principal::Certificate(_) => is_listed,
        }
    }

    // Who came without a token to a call that takes one is told to sign in; everybody else that it is not for them.
    fn wrong_kind(&self, principal: &Principal) -> Rejection {
        let came_without_token = matches!(principal, Principal::Service(_) | Principal::Certificate(_));
        let takes_tokens = self.principals.iter().any(|kind| takes_token(*kind));
        if came_without_token && takes_tokens {
            return Rejection::unauthenticated();
        }
        Rejection::forbidden(ErrorReason::CallerNotAllowed)
    }
}

fn takes_token(kind: PrincipalKind) -> bool {
    match kind {
        PrincipalKind::Participant
        | PrincipalKind::Staff
        | PrincipalKind::AgencyClient
        | PrincipalKind::SupplierClient => true,
        PrincipalKind::Unspecified | PrincipalKind::Service | PrincipalKind::Certificate => false,
    }
}

fn spelled(assurance: Assurance) -> String {
    word(assurance.as_str_name()).to_lowercase()
}

fn word(name: &str) -> &str {
    name.strip_prefix("PERMISSION_")
        .or_else(|| name.strip_prefix("ASSURANCE_"))
        .unwrap_or(name)
}

struct Unreadable;

fn read(method: &MethodDescriptor, option: &ExtensionDescriptor) -> Option<Result<CallPolicy, Unreadable>> {
    let options = method.options();
    if !options.has_extension(option) {
        return None;
    }
    let value = options.get_extension(option);
    let Value::Message(message) = value.as_ref() else {
        return Some(Err(Unreadable));
    };
    let decoded = contract::CallPolicy::decode(message.encode_to_vec().as_slice()).map_err(|_| Unreadable);
    Some(decoded.and_then(convert))
}

fn convert(wire: contract::CallPolicy) -> Result<CallPolicy, Unreadable> {
    let kinds = wire
        .principals
        .iter()
        .map(|kind| PrincipalKind::try_from(*kind).map_err(|_| Unreadable));
    let permissions = wire
        .permissions
        .iter()
        .map(|permission| Permission::try_from(*permission).map_err(|_| Unreadable));
    let policy = CallPolicy {
        principals: kinds.collect::<Result<_, _>>()?,
        permissions: permissions.collect::<Result<_, _>>()?,
        assurance: Assurance::try_from(wire.assurance).map_err(|_| Unreadable)?,
        read_log: ReadLog::try_from(wire.read_log).map_err(|_| Unreadable)?,
        services: wire.services,
    };
    if policy.is_consistent() {
        Ok(policy)
    } else {
        Err(Unreadable)
    }
}

#[cfg(test)]
mod tests;
