//! Judges request bodies: required fields, lengths, encodings and forms. What passes is an `OrderSpec`.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::ApiError;
use super::requests::{PaymentRequest, PhoneRequest, Requirement, StartRequest};
use crate::order::{OrderKind, OrderSpec};
use crate::people::Risk;

/// Lengths count base64 characters.
const VISIBLE_AUTH: usize = 1_500;
const VISIBLE_SIGN: usize = 40_000;
const HIDDEN_AUTH: usize = 1_500;
const HIDDEN_SIGN: usize = 200_000;
const RETURN_URL: usize = 512;
const USER_AGENT: usize = 256;
/// The first place of an OID, counted from one, where the wildcard may stand.
const WILDCARD_FROM: usize = 5;

type Checked<T> = Result<T, ApiError>;

pub fn check_start(kind: OrderKind, request: StartRequest) -> Checked<OrderSpec> {
    let end_user_ip = ip("endUserIp", &request.end_user_ip)?;
    at_most("returnUrl", request.return_url.as_deref(), RETURN_URL)?;
    if request.web.is_some() && request.app.is_some() {
        return Err(ApiError::invalid("Only one of web and app may be sent"));
    }
    let user_agent = request.web.as_ref().and_then(|web| web.user_agent.as_deref());
    at_most("web.userAgent", user_agent, USER_AGENT)?;
    let requirement = request.requirement.unwrap_or_default();
    check_requirement(&requirement)?;
    check_texts(
        kind,
        request.user_visible_data.as_deref(),
        request.user_non_visible_data.as_deref(),
    )?;
    Ok(OrderSpec {
        kind,
        end_user_ip: Some(end_user_ip),
        called_person: None,
        visible: request.user_visible_data,
        hidden: request.user_non_visible_data,
        format: request.user_visible_data_format,
        return_url: request.return_url,
        returns_risk: request.return_risk.unwrap_or(false),
        requirement,
    })
}

pub fn check_phone(kind: OrderKind, request: PhoneRequest) -> Checked<OrderSpec> {
    let requirement = request.requirement.map(Requirement::from).unwrap_or_default();
    check_requirement(&requirement)?;
    check_texts(
        kind,
        request.user_visible_data.as_deref(),
        request.user_non_visible_data.as_deref(),
    )?;
    Ok(OrderSpec {
        kind,
        end_user_ip: None,
        called_person: Some(personal_number("personalNumber", request.personal_number)?),
        visible: request.user_visible_data,
        hidden: request.user_non_visible_data,
        format: request.user_visible_data_format,
        return_url: None,
        returns_risk: false,
        requirement,
    })
}

pub fn check_payment(kind: OrderKind, request: PaymentRequest) -> Checked<OrderSpec> {
    let missing = |field: &str| ApiError::invalid(format!("Missing parameter {field}"));
    let (end_user_ip, called_person) = if kind == OrderKind::Payment {
        let address = request.end_user_ip.ok_or_else(|| missing("endUserIp"))?;
        (Some(ip("endUserIp", &address)?), None)
    } else {
        let number = request.personal_number.ok_or_else(|| missing("personalNumber"))?;
        (None, Some(personal_number("personalNumber", number)?))
    };
    let requirement = Requirement::default();
    Ok(OrderSpec {
        kind,
        end_user_ip,
        called_person,
        visible: None,
        hidden: None,
        format: None,
        return_url: None,
        returns_risk: false,
        requirement,
    })
}

fn check_texts(kind: OrderKind, visible: Option<&str>, hidden: Option<&str>) -> Checked<()> {
    let (visible_limit, hidden_limit) = if kind.is_signature() {
        (VISIBLE_SIGN, HIDDEN_SIGN)
    } else {
        (VISIBLE_AUTH, HIDDEN_AUTH)
    };
    if kind.is_signature() && visible.is_none_or(str::is_empty) {
        return Err(ApiError::invalid("Missing parameter userVisibleData"));
    }
    at_most("userVisibleData", visible, visible_limit)?;
    at_most("userNonVisibleData", hidden, hidden_limit)?;
    let text = visible.map(|text| decoded("userVisibleData", text)).transpose()?;
    if text.is_some_and(|text| String::from_utf8(text).is_err()) {
        return Err(ApiError::invalid("userVisibleData is not UTF-8"));
    }
    hidden
        .map(|data| decoded("userNonVisibleData", data))
        .transpose()?;
    Ok(())
}

fn check_requirement(requirement: &Requirement) -> Checked<()> {
    if let Some(number) = &requirement.personal_number {
        personal_number("requirement.personalNumber", number.clone())?;
    }
    if requirement.risk == Some(Risk::High) {
        return Err(ApiError::invalid("requirement.risk must be low or moderate"));
    }
    let policies = requirement.certificate_policies.as_deref().unwrap_or_default();
    if policies.iter().any(|policy| !is_policy(policy)) {
        return Err(ApiError::invalid(
            "requirement.certificatePolicies holds no valid OID",
        ));
    }
    Ok(())
}

fn ip(field: &str, value: &str) -> Checked<IpAddr> {
    value
        .parse()
        .map_err(|_| ApiError::invalid(format!("{field} is not an IP address")))
}

fn personal_number(field: &str, value: String) -> Checked<String> {
    if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(value)
    } else {
        Err(ApiError::invalid(format!("{field} must be 12 digits")))
    }
}

fn at_most(field: &str, value: Option<&str>, limit: usize) -> Checked<()> {
    if value.is_some_and(|value| value.len() > limit) {
        return Err(ApiError::invalid(format!(
            "{field} is longer than {limit} characters"
        )));
    }
    Ok(())
}

fn decoded(field: &str, value: &str) -> Checked<Vec<u8>> {
    STANDARD
        .decode(value)
        .map_err(|_| ApiError::invalid(format!("{field} is not base64")))
}

fn is_policy(policy: &str) -> bool {
    let arcs: Vec<&str> = policy.split('.').collect();
    let is_number = |arc: &&str| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
    let Some((last, before)) = arcs.split_last() else {
        return false;
    };
    let is_wildcard = *last == "*" && arcs.len() >= WILDCARD_FROM;
    !before.is_empty() && before.iter().all(is_number) && (is_number(last) || is_wildcard)
}

#[cfg(test)]
mod tests;
