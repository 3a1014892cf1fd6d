//! The committed default file.

use identity::config::IdentityConfig;
use platform::config::default_file;

#[test]
fn the_default_file_is_the_one_the_types_give() {
    let committed = include_str!("../../config.default.toml");
    assert_eq!(default_file::<IdentityConfig>("identity").unwrap(), committed);
}
