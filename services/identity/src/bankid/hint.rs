//! BankID's hint codes and what a person is told on each, by device. Codes we do not know yet have a message too.

use proto::identity::v1 as pb;

use crate::domain::flow::{Failure, first_message};
use crate::domain::portal::Device;

/// Why an order is still going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingHint {
    /// No app has it yet.
    OutstandingTransaction,
    /// No app has it yet, and none was started.
    NoClient,
    /// An app was started and looks for a BankID.
    Started,
    /// A passport or card must be scanned.
    UserMrtd,
    /// The person must confirm being in a call.
    UserCallConfirm,
    /// The app has the order.
    UserSign,
    /// Being worked on.
    Processing,
    /// A code we do not know.
    Unknown,
}

/// Why an order failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedHint {
    /// Not finished in time.
    ExpiredTransaction,
    /// The BankID is blocked, revoked or of somebody else than required.
    CertificateErr,
    /// The person cancelled.
    UserCancel,
    /// Replaced by a newer order.
    Cancelled,
    /// The app was not started or the code not scanned in time.
    StartFailed,
    /// The person is not in a call with us.
    UserDeclinedCall,
    /// The app lacks a feature.
    NotSupportedByUserApp,
    /// Stopped by a risk requirement.
    TransactionRiskBlocked,
    /// A code we do not know.
    Unknown,
}

impl PendingHint {
    /// Reads a code.
    pub fn read(code: &str) -> Self {
        match code {
            "outstandingTransaction" => Self::OutstandingTransaction,
            "noClient" => Self::NoClient,
            "started" => Self::Started,
            "userMrtd" => Self::UserMrtd,
            "userCallConfirm" => Self::UserCallConfirm,
            "userSign" => Self::UserSign,
            "processing" => Self::Processing,
            _ => Self::Unknown,
        }
    }

    /// What the person is told.
    pub fn message(self, device: Device) -> pb::BankidMessage {
        match self {
            Self::OutstandingTransaction => first_message(device),
            Self::NoClient => pb::BankidMessage::OpenApp,
            Self::Started => match device {
                Device::SameComputer => pb::BankidMessage::SearchingComputer,
                Device::SameMobile | Device::Other => pb::BankidMessage::SearchingDevice,
            },
            Self::UserMrtd => pb::BankidMessage::ScanDocument,
            Self::UserCallConfirm => pb::BankidMessage::ConfirmCall,
            Self::UserSign => pb::BankidMessage::EnterCode,
            Self::Processing | Self::Unknown => pb::BankidMessage::InProgress,
        }
    }
}

impl FailedHint {
    /// Reads a code.
    pub fn read(code: &str) -> Self {
        match code {
            "expiredTransaction" => Self::ExpiredTransaction,
            "certificateErr" => Self::CertificateErr,
            "userCancel" => Self::UserCancel,
            "cancelled" => Self::Cancelled,
            "startFailed" => Self::StartFailed,
            "userDeclinedCall" => Self::UserDeclinedCall,
            "notSupportedByUserApp" => Self::NotSupportedByUserApp,
            "transactionRiskBlocked" => Self::TransactionRiskBlocked,
            _ => Self::Unknown,
        }
    }

    /// What it means for the flow.
    pub fn failure(self) -> Failure {
        Failure::Other(match self {
            Self::StartFailed => return Failure::StartFailed,
            Self::ExpiredTransaction => pb::BankidMessage::Expired,
            Self::CertificateErr => pb::BankidMessage::Blocked,
            Self::UserCancel => pb::BankidMessage::CancelledByUser,
            Self::Cancelled => pb::BankidMessage::Cancelled,
            Self::UserDeclinedCall => pb::BankidMessage::CallDeclined,
            Self::NotSupportedByUserApp => pb::BankidMessage::AppTooOld,
            Self::TransactionRiskBlocked => pb::BankidMessage::RiskBlocked,
            Self::Unknown => pb::BankidMessage::UnknownError,
        })
    }
}

#[cfg(test)]
mod tests {
    use pb::BankidMessage as Message;

    use super::*;

    #[test]
    fn every_pending_code_has_its_message_by_device() {
        for (code, other, computer, mobile) in [
            (
                "outstandingTransaction",
                Message::OpenApp,
                Message::AppStarting,
                Message::AppStarting,
            ),
            ("noClient", Message::OpenApp, Message::OpenApp, Message::OpenApp),
            (
                "started",
                Message::SearchingDevice,
                Message::SearchingComputer,
                Message::SearchingDevice,
            ),
            (
                "userMrtd",
                Message::ScanDocument,
                Message::ScanDocument,
                Message::ScanDocument,
            ),
            (
                "userCallConfirm",
                Message::ConfirmCall,
                Message::ConfirmCall,
                Message::ConfirmCall,
            ),
            (
                "userSign",
                Message::EnterCode,
                Message::EnterCode,
                Message::EnterCode,
            ),
            (
                "processing",
                Message::InProgress,
                Message::InProgress,
                Message::InProgress,
            ),
            (
                "somethingNew",
                Message::InProgress,
                Message::InProgress,
                Message::InProgress,
            ),
        ] {
            let told = [Device::Other, Device::SameComputer, Device::SameMobile]
                .map(|device| PendingHint::read(code).message(device));
            assert_eq!(told, [other, computer, mobile], "{code}");
        }
    }

    #[test]
    fn every_failed_code_has_its_consequence() {
        for (code, message) in [
            ("expiredTransaction", Message::Expired),
            ("certificateErr", Message::Blocked),
            ("userCancel", Message::CancelledByUser),
            ("cancelled", Message::Cancelled),
            ("userDeclinedCall", Message::CallDeclined),
            ("notSupportedByUserApp", Message::AppTooOld),
            ("transactionRiskBlocked", Message::RiskBlocked),
            ("somethingNew", Message::UnknownError),
        ] {
            assert_eq!(
                FailedHint::read(code).failure(),
                Failure::Other(message),
                "{code}"
            );
        }
        assert_eq!(FailedHint::read("startFailed").failure(), Failure::StartFailed);
    }
}
