//! The sections that only consent has: none but its peers.

use platform::config::{Key, Section};
use serde::{Deserialize, Serialize};

/// No sections of its own.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConsentConfig {}

impl Section for ConsentConfig {
    const KEYS: &'static [Key] = &[];

    fn example(_service: &str) -> Self {
        Self::default()
    }

    fn peers() -> &'static [&'static str] {
        &["identity", "staff"]
    }
}

#[cfg(test)]
mod tests {
    use platform::config::default_file;

    use super::*;

    #[test]
    fn the_committed_default_file_is_the_one_of_the_types() {
        let committed = include_str!("../config.default.toml");
        assert_eq!(default_file::<ConsentConfig>("consent").unwrap(), committed);
    }
}
