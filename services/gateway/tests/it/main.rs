//! The gateway in this process.
