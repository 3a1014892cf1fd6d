//! The texts word for word, their length, and what never stands in them.

use super::*;
use crate::domain::hours::Hours;
use crate::domain::samples::{World, hours, month, report, row, subject};

fn content(revision: u32, hours: Hours) -> Content {
    Content {
        month_report_id: report().month_report_id,
        revision,
        subject: subject(),
        month: month(2026, 3),
        rule_set: report().rule_set,
        hours,
    }
}

fn text(content: &Content, language: Language, shows_minutes: bool) -> Result<String, TextTooLong> {
    let setting = Setting {
        language,
        catalogue: &World::cooperation_history().catalogue,
        unit: "Rusta Norr,\nStorgatan\u{7}",
        shows_minutes,
    };
    visible_text(content, &setting)
}

#[test]
fn a_month_in_swedish() {
    let content = content(
        1,
        hours(&[(2, "WORKSHOP", 45), (3, "VAGLEDNING", 61), (3, "WORKSHOP", 60)]),
    );
    let expected = "Jag godkänner rapporten om min tid i mars 2026
Verksamhet: Rusta Norr, Storgatan

2026-03-02 måndag
- Workshop: 1 timme

2026-03-03 tisdag
- Vägledning: 2 timmar
- Workshop: 1 timme

Summa per aktivitet
- Vägledning: 2 timmar
- Workshop: 2 timmar
Summa för månaden: 4 timmar

";
    let text = text(&content, Language::Swedish, false).unwrap();
    assert_eq!(
        text.strip_suffix(words::of(Language::Swedish).what_approving_does),
        Some(expected)
    );
}

#[test]
fn a_corrected_month_in_english_with_minutes() {
    let content = content(2, hours(&[(2, "WORKSHOP", 45)]));
    let expected = "I approve the report of my time in March 2026
Unit: Rusta Norr, Storgatan
Version 2. It replaces the earlier version.

2026-03-02 Monday
- Workshop: 1 hour (reported 45 min)

Sum per activity
- Workshop: 1 hour
Sum of the month: 1 hour

";
    let text = text(&content, Language::English, true).unwrap();
    assert_eq!(
        text.strip_suffix(words::of(Language::English).what_approving_does),
        Some(expected)
    );
}

#[test]
fn a_month_without_hours_says_so() {
    for (language, says) in [(Language::Swedish, "0 timmar"), (Language::English, "0 hours")] {
        let text = text(&content(1, Hours::default()), language, true).unwrap();
        assert!(text.contains(says) && text.contains("2026"), "{text}");
        assert!(text.ends_with(words::of(language).what_approving_does));
    }
}

#[test]
fn quarter_hours_are_spelled_out() {
    let words = words::of(Language::Swedish);
    for (minutes, spelled) in [
        (0, "0 timmar"),
        (45, "45 min"),
        (60, "1 timme"),
        (75, "1 timme och 15 min"),
        (150, "2 timmar och 30 min"),
    ] {
        assert_eq!(words.time(minutes), spelled);
    }
}

#[test]
fn an_activity_the_catalogue_lost_is_called_by_its_code() {
    let text = text(&content(1, hours(&[(2, "GONE", 60)])), Language::Swedish, false).unwrap();
    assert!(text.contains("- GONE: 1 timme"));
}

// 23 working days with eight activities each, all with the longest names: more the rules do not allow. Two consents may
// stand in the same signature.
#[test]
fn the_fullest_month_leaves_room_for_two_consents() {
    let mut world = World::cooperation_history();
    let longest = crate::domain::activity::ActivityName::parse(&"Å".repeat(40)).unwrap();
    let codes: Vec<String> = (0..8)
        .map(|number| format!("{}{number}", "A".repeat(39)))
        .collect();
    let template = world.catalogue.iter().next().unwrap().clone();
    let named = codes.iter().map(|code| crate::domain::activity::Activity {
        code: crate::domain::samples::code(code),
        name_sv: longest.clone(),
        name_en: longest.clone(),
        ..template.clone()
    });
    world.catalogue = named.collect();
    let rows = (1..=23).flat_map(|day| codes.iter().map(move |code| row(day, code, 60)));
    let content = content(u32::MAX, Hours::parse(rows.collect()).unwrap());
    for language in [Language::Swedish, Language::English] {
        let unit = "Å".repeat(500);
        let setting = Setting {
            language,
            catalogue: &world.catalogue,
            unit: &unit,
            shows_minutes: true,
        };
        assert!(visible_text(&content, &setting).unwrap().len() < 24_000);
    }
}

#[test]
fn more_than_a_signature_shows_is_refused() {
    let codes: Vec<String> = (0..40)
        .map(|number| format!("{}{number:02}", "A".repeat(38)))
        .collect();
    let rows = (1..=31).flat_map(|day| codes.iter().map(move |code| row(day, code, 15)));
    let content = content(1, Hours::parse(rows.collect()).unwrap());
    assert_eq!(text(&content, Language::Swedish, false), Err(TextTooLong));
}

#[test]
fn no_id_stands_in_the_text() {
    let content = content(1, hours(&[(2, "WORKSHOP", 45)]));
    let text = text(&content, Language::Swedish, true).unwrap();
    for id in [
        subject().person_id.to_string(),
        subject().placement_id.to_string(),
        content.month_report_id.to_string(),
    ] {
        assert!(!text.contains(&id));
    }
}
