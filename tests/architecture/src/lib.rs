//! Tests about the shape of the workspace and of the contract; see `tests/`.
