//! Wordings, consents, withdrawals and the ledger for the wire.

use std::collections::BTreeSet;

use jiff::Timestamp;
use platform::grpc::convert::{Validity, to_timestamp, to_validity};
use proto::consent::v1 as pb;

use super::month;
use crate::commands::withdraw::Withdrawal;
use crate::domain::consent::{Preparation, Settlement, Withdrawer};
use crate::domain::sending::Whereabouts;
use crate::domain::text::ConsentText;
use crate::domain::withdrawal::PlacementMonth;
use crate::events::publish;
use crate::queries::own_consents::OwnConsent;
use crate::store::disclosures::Disclosed;

pub fn text(text: &ConsentText) -> pb::ConsentText {
    pb::ConsentText {
        recipient: publish::recipient(text.recipient).into(),
        version: text.version,
        language: publish::language(text.language).into(),
        title: text.title.clone(),
        body: text.body.clone(),
        content_hash: text.hash().to_vec().into(),
        validity: Some(to_validity(Validity {
            from: text.valid_from,
            to: text.valid_to,
        })),
    }
}

pub fn consent(own: &OwnConsent) -> pb::Consent {
    let consent = &own.held.consent;
    let by = match consent.withdrawn.map(|withdrawn| withdrawn.by) {
        None => pb::Withdrawer::Unspecified,
        Some(Withdrawer::Person) => pb::Withdrawer::Person,
        Some(Withdrawer::Agency) => pb::Withdrawer::Agency,
    };
    pb::Consent {
        consent_id: consent.id.to_string(),
        recipient: publish::recipient(consent.recipient).into(),
        given_at: Some(to_timestamp(consent.given_at)),
        withdrawn_at: consent.withdrawn.map(|withdrawn| to_timestamp(withdrawn.at)),
        withdrawn_by: by.into(),
        text: Some(text(&own.text)),
        signature_id: own.signature.to_string(),
    }
}

/// A consent that did not come to hold.
pub fn ungiven(prepared: &Preparation, wording: &ConsentText) -> pb::UngivenConsent {
    let outcome = prepared.settled_as.map(outcome);
    pb::UngivenConsent {
        consent_id: prepared.id.to_string(),
        recipient: publish::recipient(prepared.recipient).into(),
        text: Some(text(wording)),
        signature_id: prepared.signature.to_string(),
        prepared_at: Some(to_timestamp(prepared.prepared_at)),
        overtaken_at: prepared.overtaken_at.map(to_timestamp),
        outcome: outcome.unwrap_or_default().into(),
    }
}

pub fn outcome(settlement: Settlement) -> pb::ConsentOutcome {
    match settlement {
        Settlement::Given => pb::ConsentOutcome::Given,
        Settlement::AlreadyGiven => pb::ConsentOutcome::AlreadyGiven,
        Settlement::Overtaken => pb::ConsentOutcome::Overtaken,
    }
}

pub fn withdrawal(withdrawal: &Withdrawal) -> pb::WithdrawResponse {
    pb::WithdrawResponse {
        withdrawn_at: withdrawal.at.map(to_timestamp),
        already_sent: months(&withdrawal.told.already_sent),
        in_transfer: months(&withdrawal.told.in_transfer),
    }
}

pub fn withdrawal_on_behalf(withdrawal: &Withdrawal) -> pb::WithdrawOnBehalfResponse {
    pb::WithdrawOnBehalfResponse {
        withdrawn_at: withdrawal.at.map(to_timestamp),
        already_sent: months(&withdrawal.told.already_sent),
        in_transfer: months(&withdrawal.told.in_transfer),
    }
}

pub fn disclosure(row: &Disclosed, now: Timestamp) -> pb::Disclosure {
    pb::Disclosure {
        recipient: publish::recipient(row.recipient).into(),
        placement_id: row.placement.to_string(),
        month: Some(month(row.month)),
        month_report_id: row.report.to_string(),
        revision: row.revision,
        content_hash: row.content_hash.clone().into(),
        consent_id: row.consent.to_string(),
        sent_at: Some(to_timestamp(row.sending.begun_at)),
        state: disclosure_state(row, now).into(),
    }
}

/// A receipt is of the last attempt that arrived; one that failed keeps its own end.
fn disclosure_state(row: &Disclosed, now: Timestamp) -> pb::DisclosureState {
    match (row.sending.whereabouts(now), row.told.as_deref()) {
        (Whereabouts::NotArrived, _) => pb::DisclosureState::NotArrived,
        (_, Some("receipted")) => pb::DisclosureState::Receipted,
        (_, Some("refused")) => pb::DisclosureState::Refused,
        (Whereabouts::Sent, _) => pb::DisclosureState::Sent,
        (Whereabouts::InTransfer, _) => pb::DisclosureState::InTransfer,
        (Whereabouts::PossiblySent, _) => pb::DisclosureState::PossiblySent,
    }
}

fn months(of: &BTreeSet<PlacementMonth>) -> Vec<pb::PlacementMonth> {
    of.iter()
        .map(|(of_month, placement)| pb::PlacementMonth {
            placement_id: placement.to_string(),
            month: Some(month(*of_month)),
        })
        .collect()
}
