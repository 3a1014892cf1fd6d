//! Withdrawals against sendings, over both services that are part of it; see `tests/withdrawal`.
