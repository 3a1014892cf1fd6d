//! Personal and coordination numbers in twelve digits.

use jiff::civil::Date;

/// Whether it is a number that can have been given: a real day (60 added for a coordination number) and a right check
/// digit.
pub fn is_personal_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    text.len() == 12 && digits.len() == 12 && is_day(text) && has_right_check_digit(&digits[2..])
}

fn is_day(text: &str) -> bool {
    let part = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or_default();
    let small = |value: i16| i8::try_from(value).unwrap_or_default();
    let day = part(6, 8);
    let day = if day > 60 { day - 60 } else { day };
    Date::new(part(0, 4), small(part(4, 6)), small(day)).is_ok()
}

fn has_right_check_digit(ten: &[u32]) -> bool {
    let weighted = ten.iter().zip([2, 1].into_iter().cycle()).map(|(digit, weight)| {
        let product = digit * weight;
        product / 10 + product % 10
    });
    weighted.sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_numbers_are_taken() {
        for number in ["194503129803", "196802299823", "197201759920"] {
            assert!(is_personal_number(number), "{number}");
        }
    }

    #[test]
    fn wrong_ones_are_not() {
        for number in [
            "",
            "194503129804",
            "19450312-9803",
            "194513129803",
            "4503129803",
            "194503329803",
            "１94503129803",
        ] {
            assert!(!is_personal_number(number), "{number}");
        }
    }
}
