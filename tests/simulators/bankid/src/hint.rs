//! The hint codes of collect, spelled as the API spells them.

use serde::{Deserialize, Serialize};

/// Why an order is still pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PendingHint {
    OutstandingTransaction,
    NoClient,
    Started,
    UserMrtd,
    UserCallConfirm,
    UserSign,
}

/// Why an order failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FailedHint {
    ExpiredTransaction,
    CertificateErr,
    UserCancel,
    Cancelled,
    StartFailed,
    UserDeclinedCall,
    NotSupportedByUserApp,
    TransactionRiskBlocked,
}

impl PendingHint {
    pub fn code(self) -> &'static str {
        match self {
            Self::OutstandingTransaction => "outstandingTransaction",
            Self::NoClient => "noClient",
            Self::Started => "started",
            Self::UserMrtd => "userMrtd",
            Self::UserCallConfirm => "userCallConfirm",
            Self::UserSign => "userSign",
        }
    }
}

impl FailedHint {
    pub fn code(self) -> &'static str {
        match self {
            Self::ExpiredTransaction => "expiredTransaction",
            Self::CertificateErr => "certificateErr",
            Self::UserCancel => "userCancel",
            Self::Cancelled => "cancelled",
            Self::StartFailed => "startFailed",
            Self::UserDeclinedCall => "userDeclinedCall",
            Self::NotSupportedByUserApp => "notSupportedByUserApp",
            Self::TransactionRiskBlocked => "transactionRiskBlocked",
        }
    }
}
