//! The text of the animated QR code. It changes each second and is made here from a secret that never leaves the server.

use aws_lc_rs::hmac;

/// The text for the second that is `elapsed_seconds` after BankID's answer to the order.
pub fn qr_text(start_token: &str, start_secret: &str, elapsed_seconds: u64) -> String {
    let elapsed = elapsed_seconds.to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, start_secret.as_bytes());
    let mac = hmac::sign(&key, elapsed.as_bytes());
    format!("bankid.{start_token}.{elapsed}.{}", hex::encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
    const SECRET: &str = "d28db9a7-4cde-429e-a983-359be676944c";

    #[test]
    fn every_vector_is_met() {
        for (elapsed, mac) in [
            (
                0,
                "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
            ),
            (
                1,
                "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
            ),
            (
                2,
                "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
            ),
        ] {
            assert_eq!(
                qr_text(TOKEN, SECRET, elapsed),
                format!("bankid.{TOKEN}.{elapsed}.{mac}")
            );
        }
    }

    #[test]
    fn seconds_are_written_without_padding() {
        assert!(qr_text(TOKEN, SECRET, 12).starts_with(&format!("bankid.{TOKEN}.12.")));
    }
}
