//! What the service answers: a submitted month of twenty days as its page shows it, and a page of fifty months.

use prost::Message as _;
use prost_types::Timestamp;
use proto::attendance::v1::{
    Answer, DayActivity, GetMonthRequest, GetMonthResponse, ListMonthsRequest, ListMonthsResponse, MonthDay,
    MonthStatus, MonthSummary, OpenDay, SubmittedMonth,
};
use proto::types::v1::{Day, Month, PageRequest, PageResponse};
use serde_json::{Value, json};
use uuid::Uuid;

pub const DAYS: usize = 20;
pub const LISTED: usize = 50;

const CODES: [&str; 4] = ["AKT01", "AKT02", "AKT03", "AKT04"];
const FEBRUARY: Month = Month { year: 2026, month: 2 };

/// A month with one revision: two activities on each of its twenty working days, and all days open for a correction.
pub fn month() -> GetMonthResponse {
    GetMonthResponse {
        month_report_id: Some(id(1)),
        placement_id: id(2),
        month: Some(FEBRUARY),
        unit_id: id(3),
        status: MonthStatus::Waiting.into(),
        rule_set: "cooperation_history".to_owned(),
        draft: None,
        revisions: vec![SubmittedMonth {
            revision: 1,
            content_hash: vec![7; 32].into(),
            submitted_at: Some(instant()),
            days: days().map(reported).collect(),
            credited_minutes: 20 * 360,
            answer: Answer::Waiting.into(),
            answered_at: None,
            first_shown_at: Some(instant()),
            answer_before: Some(instant()),
            remarks: Vec::new(),
        }],
        open_days: days().map(open).collect(),
        day_cap_minutes: 480,
        submit_from: Some(day(23)),
        closed_from: Some(day(28)),
        etag: "1.1".to_owned(),
    }
}

/// A page of months in every state.
pub fn list() -> ListMonthsResponse {
    let summary = |number: u128| MonthSummary {
        placement_id: id(100 + number),
        unit_id: id(3),
        office_id: Some(id(4)),
        status: i32::try_from(1 + number % 6).unwrap(),
        has_draft: number.is_multiple_of(3),
        month_report_id: Some(id(1000 + number)),
        revision: i32::from(number.is_multiple_of(2)),
        credited_minutes: (number.is_multiple_of(2)).then_some(7200),
        submitted_at: (number.is_multiple_of(2)).then(instant),
    };
    ListMonthsResponse {
        months: (0..LISTED as u128).map(summary).collect(),
        page: Some(PageResponse {
            next_token: "b".repeat(64),
        }),
    }
}

pub fn month_request() -> GetMonthRequest {
    GetMonthRequest {
        placement_id: id(2),
        month: Some(FEBRUARY),
    }
}

pub fn list_request() -> ListMonthsRequest {
    ListMonthsRequest {
        month: Some(FEBRUARY),
        unit_id: id(3),
        status: MonthStatus::Unspecified.into(),
        page: Some(PageRequest {
            size: i32::try_from(LISTED).unwrap(),
            token: String::new(),
        }),
    }
}

/// The same requests as a page writes them.
pub fn month_json() -> Value {
    json!({ "placementId": id(2), "month": { "year": 2026, "month": 2 } })
}

pub fn list_json() -> Value {
    json!({ "month": { "year": 2026, "month": 2 }, "unitId": id(3), "page": { "size": LISTED } })
}

pub fn month_bytes() -> usize {
    month().encoded_len()
}

pub fn list_bytes() -> usize {
    list().encoded_len()
}

fn reported(day: Day) -> MonthDay {
    let activity = |code: &str| DayActivity {
        activity_code: code.to_owned(),
        minutes: 175,
        credited_minutes: 180,
    };
    MonthDay {
        day: Some(day),
        activities: CODES[..2].iter().map(|code| activity(code)).collect(),
        credited_minutes: 360,
    }
}

fn open(day: Day) -> OpenDay {
    OpenDay {
        day: Some(day),
        activity_codes: CODES.map(str::to_owned).into(),
    }
}

fn days() -> impl Iterator<Item = Day> {
    (0..DAYS).map(|place| day(2 + i32::try_from(place + place / 5 * 2).unwrap()))
}

fn day(day: i32) -> Day {
    Day {
        year: 2026,
        month: 2,
        day,
    }
}

fn instant() -> Timestamp {
    Timestamp {
        seconds: 1_772_000_000,
        nanos: 123_000_000,
    }
}

fn id(number: u128) -> String {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number).to_string()
}
