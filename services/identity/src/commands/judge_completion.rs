//! What must hold of every completed order before it brings anything about: its risk is one that we take, and one that
//! was started on the same device was answered from there.

use std::net::IpAddr;

use proto::identity::v1 as pb;

use crate::bankid::{Completion, OrderRequest};
use crate::domain::portal::Device;
use crate::parts::Parts;
use crate::store::flows::StoredFlow;
use crate::store::sealing::{FLOW_REQUEST, open};

/// Judges a completed order; the message says why it brings nothing about.
pub fn judge(parts: &Parts, stored: &StoredFlow, completion: &Completion) -> Result<(), pb::BankidMessage> {
    let (flow, config) = (&stored.flow, &parts.bankid_config);
    if !config.accepts_risk(completion.risk) {
        tracing::warn!(flow_id = %flow.flow_id, risk = ?completion.risk, "BankID takes an order for too risky");
        return Err(pb::BankidMessage::RiskBlocked);
    }
    let request = open::<OrderRequest>(&parts.keys, FLOW_REQUEST, flow.flow_id.as_uuid(), &stored.request);
    let request = request.map_err(|_| pb::BankidMessage::TechnicalProblem)?;
    if is_answered_elsewhere(flow.device, request.address, completion.device_address.as_deref()) {
        tracing::warn!(flow_id = %flow.flow_id, "the app answered from another address than the browser's");
        if config.same_device_requires_same_address {
            return Err(pb::BankidMessage::StartAgain);
        }
    }
    Ok(())
}

// A start link that went to somebody else. A code is scanned by another device: nothing to compare.
fn is_answered_elsewhere(device: Device, browser: IpAddr, app: Option<&str>) -> bool {
    let is_same_device = match device {
        Device::SameComputer | Device::SameMobile => true,
        Device::Other => false,
    };
    let is_other = |app: &str| {
        let app = app.parse().map(|app: IpAddr| app.to_canonical());
        app != Ok(browser.to_canonical())
    };
    is_same_device && app.is_some_and(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_elsewhere(device: Device, browser: &str, app: Option<&str>) -> bool {
        is_answered_elsewhere(device, browser.parse().unwrap(), app)
    }

    #[test]
    fn the_same_device_answers_from_the_same_address() {
        for device in [Device::SameComputer, Device::SameMobile] {
            assert!(!is_elsewhere(device, "192.0.2.1", Some("192.0.2.1")));
            assert!(!is_elsewhere(device, "192.0.2.1", Some("::ffff:192.0.2.1")));
            assert!(!is_elsewhere(device, "2001:db8::1", Some("2001:0db8:0::1")));
            assert!(is_elsewhere(device, "192.0.2.1", Some("203.0.113.9")));
            assert!(is_elsewhere(device, "192.0.2.1", Some("none")));
        }
    }

    #[test]
    fn an_address_that_bankid_does_not_tell_is_not_compared() {
        assert!(!is_elsewhere(Device::SameMobile, "192.0.2.1", None));
    }

    #[test]
    fn a_scanned_code_is_not_compared() {
        assert!(!is_elsewhere(Device::Other, "192.0.2.1", Some("203.0.113.9")));
    }
}
