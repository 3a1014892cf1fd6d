//! From a sheet to rows whose organisation is identified. A sole trader's number becomes the id identity gives it.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;

use crate::domain::ids::PersonId;
use crate::domain::number::{PersonalNumber, RegisteredNumber};
use crate::domain::organisation::OrganisationKey;
use crate::domain::register::file::Line;
use crate::domain::register::plan::{KeyedRow, Mention, ReadRow};
use crate::domain::register::{Row, RowFault, Sheet};
use crate::error::StaffError;
use crate::identity::{Identity, MOST_NUMBERS};

/// What identity said of each number.
#[derive(Default)]
pub(super) struct SoleTraders(HashMap<PersonalNumber, Result<PersonId, ErrorReason>>);

impl SoleTraders {
    /// Asks identity for every sole trader of the sheet, also in rows that are refused for another reason: which rows
    /// those are shows only later.
    pub(super) async fn register(
        identity: &Identity,
        sheet: &Sheet,
        today: Date,
    ) -> Result<Self, StaffError> {
        let mut known = HashMap::new();
        let mut numbers = numbers(sheet, today);
        while !numbers.is_empty() {
            let batch: Vec<&PersonalNumber> = numbers.iter().take(MOST_NUMBERS).collect();
            match identity.register_persons(&batch).await {
                Ok(people) => {
                    let count = batch.len();
                    known.extend(numbers.drain(..count).zip(people.into_iter().map(Ok)));
                }
                Err(refusal) => {
                    let faults = refused_numbers(&refusal, batch.len());
                    if faults.is_empty() {
                        return Err(refusal.into());
                    }
                    // From the end, so that the positions before stay right.
                    for (position, reason) in faults.into_iter().rev() {
                        known.insert(numbers.remove(position), Err(reason));
                    }
                }
            }
        }
        Ok(Self(known))
    }

    fn key_of(&self, number: &RegisteredNumber) -> Result<OrganisationKey, ErrorReason> {
        match number {
            RegisteredNumber::Organisation(number) => Ok(OrganisationKey::Number(number.clone())),
            RegisteredNumber::SoleTrader(number) => match self.0.get(number) {
                Some(Ok(person)) => Ok(OrganisationKey::SoleTrader(*person)),
                Some(Err(reason)) => Err(*reason),
                None => Err(ErrorReason::NotCaughtUp),
            },
        }
    }
}

/// Reads every line.
pub(super) fn rows(sheet: &Sheet, today: Date, sole_traders: &SoleTraders) -> Vec<ReadRow> {
    sheet
        .lines
        .iter()
        .map(|line| row(line, today, sole_traders))
        .collect()
}

fn row(line: &Line, today: Date, sole_traders: &SoleTraders) -> ReadRow {
    let Some(cells) = &line.cells else {
        let fault = RowFault::new("", ErrorReason::FileRowMalformed);
        return ReadRow {
            line: line.number,
            mention: None,
            read: Err(vec![fault]),
        };
    };
    let mention = Mention {
        unit_number: cells.get("unit_number").to_owned(),
        office_code: cells.get("office_code").to_owned(),
    };
    let read = Row::parse(cells, today).and_then(|row| match sole_traders.key_of(&row.number) {
        Ok(key) => Ok(KeyedRow { key, row }),
        Err(reason) => Err(vec![RowFault::new("organisation_number", reason)]),
    });
    ReadRow {
        line: line.number,
        mention: Some(mention),
        read,
    }
}

// Each once, in the order of the file.
fn numbers(sheet: &Sheet, today: Date) -> Vec<PersonalNumber> {
    let mut seen = std::collections::HashSet::new();
    let cells = sheet.lines.iter().filter_map(|line| line.cells.as_ref());
    let numbers =
        cells.filter_map(|cells| PersonalNumber::parse(cells.get("organisation_number"), today).ok());
    numbers.filter(|number| seen.insert(number.clone())).collect()
}

// Identity names wrong numbers as `numbers[3]`.
fn refused_numbers(refusal: &Rejection, count: usize) -> Vec<(usize, ErrorReason)> {
    let position = |path: &str| {
        path.strip_prefix("numbers[")?
            .strip_suffix(']')?
            .parse::<usize>()
            .ok()
    };
    let named = refusal
        .violations()
        .iter()
        .filter_map(|violation| Some((position(&violation.path)?, violation.reason)));
    let mut faults: Vec<(usize, ErrorReason)> = named.filter(|(position, _)| *position < count).collect();
    faults.sort_unstable_by_key(|(position, _)| *position);
    faults.dedup_by_key(|(position, _)| *position);
    faults
}
