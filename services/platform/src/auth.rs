//! Who calls and what they may do. Certificates and access tokens become a [`Principal`]; the contract's method options
//! say which kinds, services, assurance and permissions a call needs; the account's grants say where.

pub mod grant;
pub mod grants;
pub mod layer;
pub mod policy;
pub mod principal;
pub mod token;

pub use grant::{
    AccountDirectory, AccountGrant, AccountQuery, Offices, OrganisationKind, PermissionGrant, Scope,
    UnitScope,
};
pub use grants::Grants;
pub use layer::{NoAccounts, PolicyLayer};
pub use policy::{CallPolicy, PolicyTable};
pub use principal::{ClientPrincipal, Principal, SignedIn, Thumbprint, caller};
pub use token::{Claims, JwksClient, KeySource, TokenVerifier};
