//! The process of the gateway.

fn main() {}
