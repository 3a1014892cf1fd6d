//! What a receipt says, and whether it is one for what was sent.

use std::collections::BTreeMap;

use super::ids::{MonthReportId, PartId};

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub part: PartId,
    pub attempt: i32,
    pub sealed_hash: [u8; 32],
    /// Its rows with their revisions.
    pub rows: BTreeMap<MonthReportId, i32>,
}

/// A receipt as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub part: PartId,
    pub attempt: i32,
    pub sealed_hash: [u8; 32],
    pub rows: Vec<ReceiptRow>,
}

/// One of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    pub report: MonthReportId,
    pub revision: i32,
    pub judgement: Judgement,
}

/// What the recipient says of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    Accepted,
    Refused(RefusalCode),
}

/// The recipient's code: capital letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalCode(String);

/// A receipt that was taken: what was refused; everything else was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    pub refused: Vec<(MonthReportId, RefusalCode)>,
}

/// Why a receipt is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receipt is not taken: {}", self.code())]
pub enum ReceiptFault {
    Malformed,
    AnotherPart,
    /// Of the same part, for an attempt before this one: the file that the recipient has.
    EarlierAttempt {
        attempt: i32,
        sealed_hash: [u8; 32],
    },
    AnotherAttempt,
    AnotherDigest,
    RowMissing,
    RowForeign,
    RowContradicts,
}

impl Receipt {
    /// Takes the receipt for what was sent, or says why not.
    pub fn judge(self, sent: &Sent) -> Result<Judged, ReceiptFault> {
        if self.part != sent.part {
            return Err(ReceiptFault::AnotherPart);
        }
        if self.attempt < sent.attempt {
            return Err(ReceiptFault::EarlierAttempt {
                attempt: self.attempt,
                sealed_hash: self.sealed_hash,
            });
        }
        if self.attempt > sent.attempt {
            return Err(ReceiptFault::AnotherAttempt);
        }
        if self.sealed_hash != sent.sealed_hash {
            return Err(ReceiptFault::AnotherDigest);
        }
        let mut judged: BTreeMap<MonthReportId, Judgement> = BTreeMap::new();
        for row in self.rows {
            if sent.rows.get(&row.report) != Some(&row.revision) {
                return Err(ReceiptFault::RowForeign);
            }
            let before = judged.insert(row.report, row.judgement.clone());
            if before.is_some_and(|before| before != row.judgement) {
                return Err(ReceiptFault::RowContradicts);
            }
        }
        if judged.len() != sent.rows.len() {
            return Err(ReceiptFault::RowMissing);
        }
        let refused = judged
            .into_iter()
            .filter_map(|(report, judgement)| match judgement {
                Judgement::Refused(code) => Some((report, code)),
                Judgement::Accepted => None,
            });
        Ok(Judged {
            refused: refused.collect(),
        })
    }
}

impl RefusalCode {
    const LONGEST: usize = 32;

    /// Six digits or more in all could be a personal number, however they are dressed up.
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=Self::LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && text.bytes().filter(u8::is_ascii_digit).count() < 6;
        is_code.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ReceiptFault {
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "receipt_malformed",
            Self::AnotherPart => "receipt_for_another_part",
            Self::EarlierAttempt { .. } => "receipt_for_earlier_attempt",
            Self::AnotherAttempt => "receipt_for_another_attempt",
            Self::AnotherDigest => "receipt_for_another_file",
            Self::RowMissing => "receipt_row_missing",
            Self::RowForeign => "receipt_row_foreign",
            Self::RowContradicts => "receipt_row_contradicts",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn report(number: u128) -> MonthReportId {
        MonthReportId::from_uuid(Uuid::from_u128(number))
    }

    fn sent() -> Sent {
        Sent {
            part: PartId::from_uuid(Uuid::from_u128(9)),
            attempt: 2,
            sealed_hash: [7; 32],
            rows: BTreeMap::from([(report(1), 1), (report(2), 3)]),
        }
    }

    fn receipt() -> Receipt {
        let row = |(report, revision): (&MonthReportId, &i32)| ReceiptRow {
            report: *report,
            revision: *revision,
            judgement: Judgement::Accepted,
        };
        Receipt {
            part: sent().part,
            attempt: 2,
            sealed_hash: [7; 32],
            rows: sent().rows.iter().map(row).collect(),
        }
    }

    fn refused() -> Judgement {
        Judgement::Refused(RefusalCode::parse("NUMBER_UNKNOWN").unwrap())
    }

    #[test]
    fn a_receipt_is_taken_with_its_refusals() {
        let mut receipt = receipt();
        receipt.rows[1].judgement = refused();
        let judged = receipt.judge(&sent()).unwrap();
        assert_eq!(judged.refused.len(), 1);
        assert_eq!(judged.refused[0].0, report(2));
    }

    #[test]
    fn a_receipt_for_something_else_is_not_taken() {
        let faulty = |change: &dyn Fn(&mut Receipt)| {
            let mut receipt = receipt();
            change(&mut receipt);
            receipt.judge(&sent()).unwrap_err()
        };
        let foreign = ReceiptRow {
            report: report(5),
            revision: 1,
            judgement: Judgement::Accepted,
        };
        let contradicting = ReceiptRow {
            report: report(1),
            revision: 1,
            judgement: refused(),
        };
        assert_eq!(
            faulty(&|it| it.part = PartId::from_uuid(Uuid::nil())),
            ReceiptFault::AnotherPart
        );
        let earlier = ReceiptFault::EarlierAttempt {
            attempt: 1,
            sealed_hash: [7; 32],
        };
        assert_eq!(faulty(&|it| it.attempt = 1), earlier);
        assert_eq!(faulty(&|it| it.attempt = 3), ReceiptFault::AnotherAttempt);
        assert_eq!(faulty(&|it| it.sealed_hash[0] = 0), ReceiptFault::AnotherDigest);
        assert_eq!(faulty(&|it| drop(it.rows.pop())), ReceiptFault::RowMissing);
        assert_eq!(
            faulty(&|it| it.rows.push(foreign.clone())),
            ReceiptFault::RowForeign
        );
        assert_eq!(faulty(&|it| it.rows[0].revision = 9), ReceiptFault::RowForeign);
        assert_eq!(
            faulty(&|it| it.rows.push(contradicting.clone())),
            ReceiptFault::RowContradicts
        );
    }

    #[test]
    fn a_row_said_twice_alike_counts_once() {
        let mut twice = receipt();
        twice.rows.push(twice.rows[0].clone());
        assert_eq!(twice.judge(&sent()), receipt().judge(&sent()));
    }

    #[test]
    fn a_number_is_no_code() {
        for text in [
            "",
            "189001019802",
            "PNR_189001019802",
            "P890101",
            "A1B2C3D4E5F6",
            "number",
            "A B",
            &"A".repeat(33),
            "Å",
        ] {
            assert_eq!(RefusalCode::parse(text), None, "{text}");
        }
        assert!(RefusalCode::parse("E_12345").is_some());
    }

    proptest! {
        #[test]
        fn a_receipt_is_taken_only_if_it_names_every_row_and_no_other(
            kept in prop::collection::vec(any::<bool>(), 20), refusals in prop::collection::vec(any::<bool>(), 20),
        ) {
            let rows: BTreeMap<_, _> = (0..20).map(|number| (report(number), 1)).collect();
            let all = Sent { rows: rows.clone(), ..sent() };
            let row = |((report, revision), is_refused): ((MonthReportId, i32), bool)| ReceiptRow {
                report,
                revision,
                judgement: if is_refused { refused() } else { Judgement::Accepted },
            };
            let named = rows.into_iter().zip(refusals.clone()).zip(&kept).filter(|(_, kept)| **kept);
            let answer = Receipt { rows: named.map(|(it, _)| row(it)).collect(), ..receipt() };
            match answer.judge(&all) {
                Ok(judged) => {
                    prop_assert!(kept.iter().all(|kept| *kept));
                    prop_assert_eq!(judged.refused.len(), refusals.iter().filter(|refused| **refused).count());
                }
                Err(fault) => {
                    prop_assert_eq!(fault, ReceiptFault::RowMissing);
                    prop_assert!(kept.contains(&false));
                }
            }
        }
    }
}
