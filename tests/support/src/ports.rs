//! Ports for processes that are told their port before they bind it. They lie below the ephemeral range, so that no
//! outgoing connection takes one in between, and a lock file per port keeps simultaneous test processes apart.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail};

use crate::files;

const FIRST: u16 = 15_000;
const LAST: u16 = 31_999;
const RANGE: u16 = LAST - FIRST + 1;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port nobody listens on, held for this process until it is dropped.
#[derive(Debug)]
pub struct ReservedPort {
    number: u16,
    _lock: Option<File>,
}

impl ReservedPort {
    pub fn number(&self) -> u16 {
        self.number
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.number))
    }

    /// A fixed port of the development stack; refused with its name when somebody listens there.
    pub fn fixed(number: u16, purpose: &str) -> Result<Self> {
        if !is_free(number) {
            bail!("port {number} ({purpose}) is taken by another process; stop that process and try again");
        }
        Ok(Self { number, _lock: None })
    }
}

/// Reserves a free port for this process.
pub fn reserve() -> Result<ReservedPort> {
    let start = u16::try_from(std::process::id() % u32::from(RANGE)).unwrap_or(0);
    for _attempt in 0..RANGE {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let number = FIRST + (start.wrapping_mul(37).wrapping_add(step)) % RANGE;
        if let Some(port) = try_reserve(number)? {
            return Ok(port);
        }
    }
    bail!("no port between {FIRST} and {LAST} is free")
}

fn try_reserve(number: u16) -> Result<Option<ReservedPort>> {
    let lock = files::open_lock(&lock_folder().join(number.to_string())).context("cannot reserve a port")?;
    if lock.try_lock().is_err() || !is_free(number) {
        return Ok(None);
    }
    Ok(Some(ReservedPort {
        number,
        _lock: Some(lock),
    }))
}

fn is_free(number: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok()
}

fn lock_folder() -> PathBuf {
    let user = nix::unistd::Uid::effective();
    std::env::temp_dir().join(format!("deltaga-ports-{user}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_to_one_holder_at_a_time() {
        let held: Vec<ReservedPort> = (0..50).map(|_| reserve().unwrap()).collect();
        let mut numbers: Vec<u16> = held.iter().map(ReservedPort::number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), held.len());
    }

    #[test]
    fn a_reserved_port_is_not_reserved_twice() {
        let held = reserve().unwrap();
        assert!(try_reserve(held.number()).unwrap().is_none());
    }

    #[test]
    fn a_taken_fixed_port_is_refused_by_number_and_purpose() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let number = listener.local_addr().unwrap().port();
        let message = ReservedPort::fixed(number, "staff grpc").unwrap_err().to_string();
        assert!(
            message.contains(&number.to_string()) && message.contains("staff grpc"),
            "{message}"
        );
    }
}
