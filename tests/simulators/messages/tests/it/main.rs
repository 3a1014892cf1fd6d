//! The simulator as its users meet it: over HTTP, and from a real mail client library.

mod mail;
mod sms;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use messages_simulator::{Addresses, Simulator};

pub async fn start() -> Result<Simulator> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Simulator::start(Addresses { http: any, smtp: any }).await
}

pub fn url(simulator: &Simulator, path: &str) -> String {
    format!("http://{}{path}", simulator.addresses().http)
}
