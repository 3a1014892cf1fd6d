//! What a run says of a mutation that is caught, by whom, and of one that is not.

use mutants::results::Verdict;

use crate::small::{self, Small};

const STATE: &str = ".run/mutants/results/state.toml";

#[test]
fn the_named_test_is_asked_first_and_then_the_journey() {
    let small = Small::new();
    let before = small.read("services/rules/src/lib.rs");
    let table = [
        small::caught_by_its_test(),
        small::caught_by_the_journey(),
        small::survivor(),
        small::not_compiling(),
    ];

    let verdicts = small.verdicts(&table);

    let caught = |by: &str| Verdict::Caught { by: by.to_owned() };
    assert_eq!(
        verdicts[..3],
        [
            caught("rules lib tests::a_day_has_eight_hours"),
            caught("e2e journey::exactly_what_was_approved_and_consented_to_arrives"),
            Verdict::Survived,
        ]
    );
    let why = "what is broken does not compile".to_owned();
    assert_eq!(verdicts[3], Verdict::Unclear { why });
    assert_eq!(
        small.read("services/rules/src/lib.rs"),
        before,
        "the sources are not touched"
    );
    let kept = small.read(".run/mutants/results/table.txt");
    assert!(kept.contains("2 of 4 mutations caught"), "{kept}");
}

#[test]
fn a_run_that_was_cut_off_goes_on_where_it_was() {
    let small = Small::new();
    let table = [small::caught_by_its_test()];
    small.verdicts(&table);
    // As if the last of several were missing.
    let state = small.read(STATE);
    let cut = state
        .replace("is_complete = true", "is_complete = false")
        .replace("rules lib", "before lib");
    assert_ne!(cut, state);
    small.write(STATE, &cut);

    let longer = [small::caught_by_its_test(), small::not_compiling()];
    let verdicts = small.verdicts(&longer);

    let by = "before lib tests::a_day_has_eight_hours".to_owned();
    assert_eq!(verdicts[0], Verdict::Caught { by }, "judged once");
    assert!(matches!(verdicts[1], Verdict::Unclear { .. }));
}

#[test]
fn nothing_is_judged_by_a_test_that_fails_anyhow() {
    let small = Small::new();
    let whole = small.read("services/rules/src/lib.rs");
    small.write(
        "services/rules/src/lib.rs",
        &whole.replace("credit(9), 8", "credit(9), 7"),
    );
    let refused = small.judge(&[small::caught_by_its_test()], &[]).unwrap_err();
    assert!(
        refused.to_string().contains("though nothing is broken"),
        "{refused}"
    );
}

#[test]
fn rows_can_be_asked_for_by_name_and_leave_no_results() {
    let small = Small::new();
    let table = [
        small::caught_by_its_test(),
        small::survivor(),
        small::not_compiling(),
    ];

    let rows = small.judge(&table, &["credit", "nothing"]).unwrap();

    let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["credit everything", "be nothing"]);
    assert!(!small.sources().join(STATE).exists());
    assert!(small.judge(&table, &["debit"]).is_err());
}
