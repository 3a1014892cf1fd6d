//! The calendar against published years.

use proptest::prelude::*;

use super::*;

const OFF: Calendar = Calendar { eves: Eves::Off };
const WORKING: Calendar = Calendar { eves: Eves::Working };

// Year; Easter, Ascension, Pentecost, midsummer eve, All Saints; working days with the eves off and on; per month, off.
type Year = (i16, [(i8, i8); 5], usize, usize, [usize; 12]);

const YEARS: [Year; 11] = [
    (
        2020,
        [(4, 12), (5, 21), (5, 31), (6, 19), (10, 31)],
        252,
        255,
        [21, 20, 22, 20, 19, 21, 23, 21, 22, 22, 21, 20],
    ),
    (
        2021,
        [(4, 4), (5, 13), (5, 23), (6, 25), (11, 6)],
        253,
        256,
        [19, 20, 23, 20, 20, 21, 22, 22, 22, 21, 22, 21],
    ),
    (
        2022,
        [(4, 17), (5, 26), (6, 5), (6, 24), (11, 5)],
        253,
        254,
        [20, 20, 23, 19, 21, 20, 21, 23, 22, 21, 22, 21],
    ),
    (
        2023,
        [(4, 9), (5, 18), (5, 28), (6, 23), (11, 4)],
        251,
        252,
        [21, 20, 23, 18, 21, 20, 21, 23, 21, 22, 22, 19],
    ),
    (
        2024,
        [(3, 31), (5, 9), (5, 19), (6, 21), (11, 2)],
        251,
        254,
        [22, 21, 20, 21, 21, 18, 23, 22, 21, 23, 21, 18],
    ),
    (
        2025,
        [(4, 20), (5, 29), (6, 8), (6, 20), (11, 1)],
        249,
        252,
        [21, 20, 21, 20, 20, 19, 23, 21, 22, 23, 20, 19],
    ),
    (
        2026,
        [(4, 5), (5, 14), (5, 24), (6, 19), (10, 31)],
        251,
        254,
        [20, 20, 22, 20, 19, 21, 23, 21, 22, 22, 21, 20],
    ),
    (
        2027,
        [(3, 28), (5, 6), (5, 16), (6, 25), (11, 6)],
        253,
        256,
        [19, 20, 21, 22, 20, 21, 22, 22, 22, 21, 22, 21],
    ),
    (
        2028,
        [(4, 16), (5, 25), (6, 4), (6, 23), (11, 4)],
        251,
        252,
        [20, 21, 23, 18, 21, 20, 21, 23, 21, 22, 22, 19],
    ),
    (
        2029,
        [(4, 1), (5, 10), (5, 20), (6, 22), (11, 3)],
        250,
        253,
        [22, 20, 21, 20, 21, 19, 22, 23, 20, 23, 22, 17],
    ),
    (
        2030,
        [(4, 21), (5, 30), (6, 9), (6, 21), (11, 2)],
        250,
        253,
        [22, 20, 21, 20, 21, 18, 23, 22, 21, 23, 21, 18],
    ),
];

fn month(year: i16, number: i32) -> Month {
    Month::parse(year.into(), number).unwrap()
}

#[test]
fn movable_days_fall_where_they_were_published() {
    for (year, days, ..) in YEARS {
        let [sunday, ascension, pentecost, midsummer_eve, saints] =
            days.map(|(month, day)| date(year, month, day));
        assert_eq!(easter(year), sunday);
        assert!(
            [ascension, pentecost].into_iter().all(is_public_holiday),
            "{year}"
        );
        assert_eq!(plus(sunday, 39), ascension);
        assert_eq!(plus(sunday, 49), pentecost);
        assert_eq!(plus(midsummer_day(year), -1), midsummer_eve);
        assert_eq!(all_saints_day(year), saints);
    }
}

#[test]
fn every_month_has_its_published_number_of_working_days() {
    for (year, _, off, on, months) in YEARS {
        let counted: Vec<usize> = (1..=12)
            .map(|number| OFF.working_days(month(year, number)).count())
            .collect();
        assert_eq!(counted, months, "{year}");
        assert_eq!(counted.iter().sum::<usize>(), off, "{year}");
        let with_eves: usize = (1..=12)
            .map(|number| WORKING.working_days(month(year, number)).count())
            .sum();
        assert_eq!(with_eves, on, "{year}");
    }
}

#[test]
fn eves_are_free_unless_the_setting_says_otherwise() {
    for eve in [date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)] {
        assert!(!OFF.is_working_day(eve), "{eve}");
        assert!(WORKING.is_working_day(eve), "{eve}");
    }
}

#[test]
fn half_days_and_days_between_are_working_days() {
    for day in [
        date(2026, 1, 5),
        date(2026, 4, 2),
        date(2026, 4, 30),
        date(2026, 5, 13),
        date(2026, 5, 15),
        date(2026, 10, 30),
    ] {
        assert!(OFF.is_working_day(day), "{day}");
    }
}

#[test]
fn fixed_holidays_are_free_in_any_year() {
    for (number, day) in [(1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26)] {
        for year in 2020..2040 {
            assert!(
                !WORKING.is_working_day(date(year, number, day)),
                "{year}-{number}-{day}"
            );
        }
    }
}

proptest! {
    #[test]
    fn easter_is_a_sunday_between_its_bounds(year in 1900_i16..2200) {
        let day = easter(year);
        prop_assert_eq!(day.weekday(), Weekday::Sunday);
        prop_assert!(day >= date(year, 3, 22) && day <= date(year, 4, 25));
    }

    #[test]
    fn no_week_end_is_ever_a_working_day(year in 1900_i16..2200, number in 1_i32..=12) {
        for calendar in [OFF, WORKING] {
            let week_end = [Weekday::Saturday, Weekday::Sunday];
            prop_assert!(calendar.working_days(month(year, number)).all(|day| !week_end.contains(&day.weekday())));
            let count = calendar.working_days(month(year, number)).count();
            prop_assert!((16..=23).contains(&count));
        }
    }
}
