//! Who calls and what they may do. Certificates and access tokens become a [`Principal`]; the contract's method options
//! say which kinds, services, assurance and permissions a call needs; the account's grants say where.

pub mod grant;
pub mod principal;

pub use grant::{AccountDirectory, AccountGrant, AccountQuery, Offices, OrganisationKind, PermissionGrant, Scope, UnitScope};
pub use principal::{ClientPrincipal, Principal, SignedIn, Thumbprint, caller};
