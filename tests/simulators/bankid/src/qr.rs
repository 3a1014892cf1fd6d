//! The animated QR code: `bankid.<token>.<seconds>.<mac>`, where the mac proves knowledge of the order's secret.

use aws_lc_rs::hmac;
use thiserror::Error;

/// How far the seconds in a scanned code may be from the order's age.
const TOLERANCE_SECONDS: i64 = 2;

/// A QR text taken apart, not yet believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QrText<'a> {
    pub token: &'a str,
    seconds: i64,
    digits: &'a str,
    mac: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QrError {
    #[error("not a BankID QR text")]
    Malformed,
    #[error("the code was not made with the order's secret")]
    WrongMac,
    #[error("the code is not the current one")]
    NotCurrent,
}

impl<'a> QrText<'a> {
    pub fn parse(text: &'a str) -> Result<Self, QrError> {
        let mut parts = text.trim().split('.');
        let (Some("bankid"), Some(token), Some(digits), Some(mac), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(QrError::Malformed);
        };
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = digits.parse().map_err(|_| QrError::Malformed)?;
        if is_padded || !is_number {
            return Err(QrError::Malformed);
        }
        Ok(Self {
            token,
            seconds,
            digits,
            mac,
        })
    }

    /// Accepts the code when it was made with `secret` for an order as old as `age_seconds`.
    pub fn verify(&self, secret: &str, age_seconds: i64) -> Result<(), QrError> {
        if self.mac != mac(secret, self.digits) {
            return Err(QrError::WrongMac);
        }
        if (self.seconds - age_seconds).abs() > TOLERANCE_SECONDS {
            return Err(QrError::NotCurrent);
        }
        Ok(())
    }
}

/// The text an RP shows `seconds` after the order was answered. For tests that play the RP.
pub fn text(token: &str, secret: &str, seconds: u64) -> String {
    let digits = seconds.to_string();
    format!("bankid.{token}.{digits}.{}", mac(secret, &digits))
}

fn mac(secret: &str, digits: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hex::encode(hmac::sign(&key, digits.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
    const SECRET: &str = "d28db9a7-4cde-429e-a983-359be676944c";

    #[test]
    fn published_vectors_hold() {
        let macs = [
            "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
            "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
            "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
        ];
        for (seconds, mac) in (0..).zip(macs) {
            assert_eq!(
                text(TOKEN, SECRET, seconds),
                format!("bankid.{TOKEN}.{seconds}.{mac}")
            );
        }
    }

    #[test]
    fn only_the_current_code_is_accepted() {
        let shown = text(TOKEN, SECRET, 10);
        let code = QrText::parse(&shown).unwrap();
        for age in 8..=12 {
            assert_eq!(code.verify(SECRET, age), Ok(()));
        }
        assert_eq!(code.verify(SECRET, 13), Err(QrError::NotCurrent));
        assert_eq!(code.verify(SECRET, 7), Err(QrError::NotCurrent));
    }

    #[test]
    fn code_of_another_secret_is_refused() {
        let shown = text(TOKEN, "another", 3);
        assert_eq!(
            QrText::parse(&shown).unwrap().verify(SECRET, 3),
            Err(QrError::WrongMac)
        );
    }

    #[test]
    fn malformed_texts_are_refused() {
        for text in [
            "",
            "bankid",
            "bankid.a.1",
            "bankid.a.01.b",
            "bankid.a.-1.b",
            "bankid.a.1.b.c",
            "other.a.1.b",
        ] {
            assert_eq!(QrText::parse(text), Err(QrError::Malformed), "{text}");
        }
    }
}
