//! Between the contract and the domain. Total in both directions: what cannot be read is a violation with its path, and
//! every domain value has its message.

mod decisions;
mod placements;
mod plans;

pub use decisions::{report, told_decision};
pub use placements::{own_facts, own_placement, placement, status_filter, summary};
pub use plans::{draft, draft_plan, sent_plan};
