//! The only people who may occur in tests: the fixture numbers of the domain page with names nobody bears.

/// A person of the fixtures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Twelve digits with a hyphen, as people write it.
    pub number: &'static str,
    pub given_name: &'static str,
    pub surname: &'static str,
}

impl Person {
    /// Twelve digits, as BankID writes it.
    pub fn digits(&self) -> String {
        self.number.replace('-', "")
    }

    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.surname)
    }

    /// Whether the number is a coordination number (the day has 60 added).
    pub fn has_coordination_number(&self) -> bool {
        self.number.as_bytes()[6] >= b'6'
    }
}

const fn person(number: &'static str, given_name: &'static str, surname: &'static str) -> Person {
    Person {
        number,
        given_name,
        surname,
    }
}

/// Twelve people with a personal number, three with a coordination number.
pub const PEOPLE: [Person; 15] = [
    person("19450312-9803", "Provia", "Testberg"),
    person("19571105-9815", "Fiktor", "Exempelsson"),
    person("19680229-9823", "Skottina", "Påhittsdotter"),
    person("19740618-9832", "Modell", "Mönsterqvist"),
    person("19790901-9841", "Attrappa", "Låtsaslund"),
    person("19850709-9854", "Skenart", "Provström"),
    person("19901224-9869", "Kulissa", "Fantasigren"),
    person("19960229-9878", "Dummar", "Övningsfors"),
    person("20000101-9884", "Platshilda", "Hållarsson"),
    person("20030606-9899", "Simulus", "Sagovik"),
    person("20071231-9904", "Fejka", "Testplats"),
    person("19250504-9912", "Gammelprov", "Arkivander"),
    person("19720175-9920", "Samordna", "Provnummer"),
    person("19881190-9939", "Temporius", "Skissberg"),
    person("20010288-9946", "Påhitta", "Utkastsdotter"),
];

/// Those with whom providers work, of whom the last has a coordination number. They are made as the fixtures are: a
/// number of the series 980-999 with its right check digit, a name nobody bears.
pub const PARTICIPANTS: [Person; 28] = [
    person("19610214-9801", "Testa", "Provgård"),
    person("19630827-9816", "Exempla", "Skissmansson"),
    person("19650503-9823", "Mallvin", "Mallander"),
    person("19670919-9837", "Prototyp", "Fiktivsson"),
    person("19690130-9846", "Utkasta", "Demolund"),
    person("19710612-9856", "Demoria", "Provelius"),
    person("19720408-9861", "Figura", "Påhittgren"),
    person("19731123-9870", "Statist", "Rollbäck"),
    person("19750216-9886", "Rollanda", "Spelqvist"),
    person("19760705-9891", "Kulissan", "Scenberg"),
    person("19770829-9909", "Maskina", "Teaterlund"),
    person("19781011-9912", "Dockvin", "Trådvik"),
    person("19800322-9922", "Fantas", "Drömström"),
    person("19811204-9930", "Sagorina", "Diktsdotter"),
    person("19830517-9940", "Novellus", "Romanander"),
    person("19840909-9952", "Parodia", "Skämtfors"),
    person("19860128-9963", "Hypotes", "Antagsson"),
    person("19870614-9971", "Teoria", "Tänkdal"),
    person("19890730-9986", "Modella", "Mockupsson"),
    person("19910419-9998", "Pseudon", "Skenberg"),
    person("19920806-9808", "Aliasa", "Täcknamn"),
    person("19931121-9811", "Incognita", "Dolderman"),
    person("19950311-9829", "Replikon", "Kopiasson"),
    person("19970725-9835", "Fiktiva", "Avbildgren"),
    person("19981013-9841", "Symbola", "Teckenmark"),
    person("20010904-9858", "Variabla", "Ekvationsson"),
    person("20020216-9868", "Placebina", "Blindtest"),
    person("19790371-9875", "Kontrolla", "Referensson"),
];

/// Has no BankID: the simulator does not know this one of the [`PARTICIPANTS`].
pub const WITHOUT_BANKID: Person = PARTICIPANTS[21];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn everybody() -> impl Iterator<Item = Person> {
        PEOPLE.into_iter().chain(PARTICIPANTS)
    }

    #[test]
    fn every_number_has_a_right_check_digit() {
        for person in everybody() {
            let sum: u32 = person.digits()[2..]
                .chars()
                .zip([2, 1].into_iter().cycle())
                .map(weighted)
                .sum();
            assert_eq!(sum % 10, 0, "{}", person.given_name);
        }
    }

    #[test]
    fn every_serial_number_is_one_never_given_to_anybody() {
        assert!(everybody().all(|person| {
            person.digits()[8..11]
                .parse::<u16>()
                .is_ok_and(|serial| serial >= 980)
        }));
    }

    #[test]
    fn nobody_has_the_number_or_name_of_another() {
        let numbers: BTreeSet<_> = everybody().map(|person| person.number).collect();
        let names: BTreeSet<_> = everybody().map(|person| person.full_name()).collect();
        assert_eq!(
            (numbers.len(), names.len()),
            (everybody().count(), everybody().count())
        );
    }

    #[test]
    fn three_people_have_a_coordination_number() {
        assert_eq!(
            PEOPLE
                .iter()
                .filter(|person| person.has_coordination_number())
                .count(),
            3
        );
    }

    fn weighted((digit, weight): (char, u32)) -> u32 {
        let product = digit.to_digit(10).unwrap() * weight;
        product / 10 + product % 10
    }
}
