//! The words of the text in both languages.

use super::Language;

/// Words of a language.
pub(super) struct Words {
    pub heading: &'static str,
    pub unit: &'static str,
    pub version: &'static str,
    pub takes_place: &'static str,
    pub months: [&'static str; 12],
    /// From Monday.
    pub weekdays: [&'static str; 7],
    pub reported: &'static str,
    pub per_activity: &'static str,
    pub in_all: &'static str,
    pub no_hours: &'static str,
    pub what_approving_does: &'static str,
    one_hour: &'static str,
    hours: &'static str,
    and: &'static str,
}

const SWEDISH: Words = Words {
    heading: "Jag godkänner rapporten om min tid i",
    unit: "Verksamhet",
    version: "Version",
    takes_place: "Den ersätter den tidigare versionen.",
    months: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    weekdays: [
        "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag",
    ],
    reported: "rapporterat",
    per_activity: "Summa per aktivitet",
    in_all: "Summa för månaden",
    no_hours: "Ingen tid är rapporterad för månaden: 0 timmar.",
    what_approving_does: "Godkännandet gäller hela månaden. Det är frivilligt och påverkar varken min ersättning eller \
leverantörens. Uppgifterna lämnas till Svenska ESF-rådet och SCB bara om jag också har samtyckt till det. Ändras \
månaden får jag en ny version att ta ställning till.",
    one_hour: "timme",
    hours: "timmar",
    and: "och",
};

const ENGLISH: Words = Words {
    heading: "I approve the report of my time in",
    unit: "Unit",
    version: "Version",
    takes_place: "It replaces the earlier version.",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    reported: "reported",
    per_activity: "Sum per activity",
    in_all: "Sum of the month",
    no_hours: "No time is reported for the month: 0 hours.",
    what_approving_does: "The approval is for the whole month. It is voluntary and affects neither my benefits nor what the \
provider is paid. The data are given to the Swedish ESF Council and Statistics Sweden only if I have consented to that \
as well. If the month is changed, I get a new version to answer.",
    one_hour: "hour",
    hours: "hours",
    and: "and",
};

pub(super) const fn of(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &SWEDISH,
        Language::English => &ENGLISH,
    }
}

impl Words {
    /// Credited time: whole hours, and what is left in minutes.
    pub fn time(&self, minutes: u32) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        let word = if hours == 1 { self.one_hour } else { self.hours };
        match (hours, rest) {
            (_, 0) => format!("{hours} {word}"),
            (0, rest) => format!("{rest} min"),
            (hours, rest) => format!("{hours} {word} {} {rest} min", self.and),
        }
    }
}
