//! Between the contract and the domain: what comes is judged field by field, what goes is total.

mod consents;
mod disclosures;
mod explain;
mod requests;

pub use consents::{consent, disclosure, outcome, text, ungiven, withdrawal, withdrawal_on_behalf};
pub use disclosures::{authorise, begin, begun, end, judged};
pub use explain::{explain_row, explained};
pub use requests::{
    Asked, complete_consent, language, optional_recipient, prepare_consent, withdraw, withdraw_on_behalf,
};

use crate::domain::month::Month;
use proto::types::v1 as types;

pub fn month(month: Month) -> types::Month {
    let first = month.first_day();
    types::Month {
        year: first.year().into(),
        month: first.month().into(),
    }
}
