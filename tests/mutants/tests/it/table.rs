//! The table of mutations must not rot.

use mutants::check::faults;
use mutants::table::{self, Mutation};
use support::files::workspace_root;

use crate::small::{self, Small};

#[test]
fn every_row_still_fits_the_sources() {
    let root = workspace_root();
    let table = table::read(&root.join(table::FILE)).unwrap();
    assert!(table.len() >= 12, "{} rows", table.len());
    let stale = faults(&root, &table);
    assert!(stale.is_empty(), "{stale:#?}");
}

#[test]
fn a_row_that_no_longer_fits_is_told() {
    let small = Small::new();
    let changed = |change: fn(&mut Mutation)| {
        let mut row = small::caught_by_its_test();
        change(&mut row);
        faults(small.sources(), &[row]).len()
    };
    assert_eq!(changed(|_| ()), 0);
    let stale: [fn(&mut Mutation); 6] = [
        |row| row.before = "hours.min(9)".to_owned(),
        |row| row.before = "}".to_owned(),
        |row| row.after.clone_from(&row.before),
        |row| row.file = "services/rules/src/gone.rs".into(),
        |row| row.test = "tests::a_day_has_nine_hours".to_owned(),
        |row| row.test = "elsewhere::a_day_has_eight_hours".to_owned(),
    ];
    for (place, change) in stale.into_iter().enumerate() {
        assert_eq!(changed(change), 1, "{place}");
    }
    let twice = [small::caught_by_its_test(), small::caught_by_its_test()];
    assert_eq!(faults(small.sources(), &twice).len(), 1);
}
