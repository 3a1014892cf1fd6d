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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_right_check_digit() {
        for person in PEOPLE {
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
        assert!(PEOPLE.iter().all(|person| {
            person.digits()[8..11]
                .parse::<u16>()
                .is_ok_and(|serial| serial >= 980)
        }));
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
