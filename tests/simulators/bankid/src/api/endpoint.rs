//! The paths of the API.

use serde::{Deserialize, Serialize};

use crate::order::OrderKind;

pub const BASE: &str = "/rp/v6.0/";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Endpoint {
    Auth,
    Sign,
    Payment,
    OtherPayment,
    PhoneAuth,
    PhoneSign,
    Collect,
    Cancel,
}

/// What a call of an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Start(OrderKind),
    Collect,
    Cancel,
}

impl Endpoint {
    pub fn parse(path: &str) -> Option<Self> {
        match path.strip_prefix(BASE)? {
            "auth" => Some(Self::Auth),
            "sign" => Some(Self::Sign),
            "payment" => Some(Self::Payment),
            "other/payment" => Some(Self::OtherPayment),
            "phone/auth" => Some(Self::PhoneAuth),
            "phone/sign" => Some(Self::PhoneSign),
            "collect" => Some(Self::Collect),
            "cancel" => Some(Self::Cancel),
            _ => None,
        }
    }

    pub fn action(self) -> Action {
        match self {
            Self::Auth => Action::Start(OrderKind::Auth),
            Self::Sign => Action::Start(OrderKind::Sign),
            Self::Payment => Action::Start(OrderKind::Payment),
            Self::OtherPayment => Action::Start(OrderKind::OtherPayment),
            Self::PhoneAuth => Action::Start(OrderKind::PhoneAuth),
            Self::PhoneSign => Action::Start(OrderKind::PhoneSign),
            Self::Collect => Action::Collect,
            Self::Cancel => Action::Cancel,
        }
    }
}
