//! Between the contract and the domain. Total in both directions: what cannot be read is a violation with its path, and
//! every domain value has its message.

mod accounts;
mod names;
mod register;
mod requests;

pub use accounts::{account, account_name, my_account, nomination};
pub use names::{contact_name, organisation_name, unit_name, wanted_names};
pub use register::{import_report, organisation, organisation_with_units};
pub use requests::{
    Asked, accept_invitation, batch_ids, import_register, invite_colleague, nominate_administrator,
    update_account,
};
