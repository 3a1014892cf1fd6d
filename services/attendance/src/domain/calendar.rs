//! The working-day calendar: Monday to Friday, no public holiday, and by default none of the three eves that deadlines
//! treat as holidays. Days between a holiday and a week-end are working days, and so are half days.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::month::Month;

/// The calendar, with its one setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub eves: Eves,
}

/// What midsummer eve, Christmas eve and New Year's eve are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eves {
    #[default]
    Off,
    Working,
}

impl Calendar {
    pub fn is_working_day(self, day: Date) -> bool {
        let is_free_eve = match self.eves {
            Eves::Off => is_eve(day),
            Eves::Working => false,
        };
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            && !is_public_holiday(day)
            && !is_free_eve
    }

    /// The month's working days, rising.
    pub fn working_days(self, month: Month) -> impl Iterator<Item = Date> {
        month.days().filter(move |day| self.is_working_day(*day))
    }
}

/// Easter Sunday of a year, by the anonymous Gregorian computus.
pub fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let golden = year_number % 19;
    let (century, of_century) = (year_number / 100, year_number % 100);
    let correction = (century + 8) / 25;
    let moon_shift = (century - correction + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let sum = epact + to_sunday - 7 * late + 114;
    let part = |number: i32| i8::try_from(number).expect("a month or a day of March and April");
    date(year, part(sum / 31), part(sum % 31 + 1))
}

/// Whether the day is a public holiday other than an ordinary Sunday (lag 1989:253).
pub fn is_public_holiday(day: Date) -> bool {
    is_fixed_holiday(day) || is_easter_holiday(day) || is_saturday_holiday(day)
}

fn is_fixed_holiday(day: Date) -> bool {
    matches!(
        (day.month(), day.day()),
        (1, 1 | 6) | (5, 1) | (6, 6) | (12, 25 | 26)
    )
}

// Good Friday, Easter, its Monday, Ascension, Pentecost.
fn is_easter_holiday(day: Date) -> bool {
    let easter = easter(day.year());
    [-2, 0, 1, 39, 49]
        .into_iter()
        .any(|offset| day == plus(easter, offset))
}

fn is_saturday_holiday(day: Date) -> bool {
    [midsummer_day(day.year()), all_saints_day(day.year())].contains(&day)
}

/// Midsummer day: the Saturday of 20 to 26 June.
pub fn midsummer_day(year: i16) -> Date {
    weekday_from(date(year, 6, 20), Weekday::Saturday)
}

/// All Saints' day: the Saturday of 31 October to 6 November.
pub fn all_saints_day(year: i16) -> Date {
    weekday_from(date(year, 10, 31), Weekday::Saturday)
}

fn is_eve(day: Date) -> bool {
    let is_midsummer_eve = day == plus(midsummer_day(day.year()), -1);
    is_midsummer_eve || (day.month() == 12 && matches!(day.day(), 24 | 31))
}

// The first such weekday on or after a day.
fn weekday_from(day: Date, weekday: Weekday) -> Date {
    plus(day, day.weekday().until(weekday).into())
}

fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("a day of the same year")
}

#[cfg(test)]
mod tests;
