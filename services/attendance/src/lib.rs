//! attendance: months of activities and hours, what the participant answers to them, and the rules they follow. Publishes
//! `attendance.activity.v1` and `attendance.month-report.v1`; knows neither names nor personal numbers.

pub mod domain;
