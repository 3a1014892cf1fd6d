//! Reads `callers.tsv`.

use proto::policy::v1::{Assurance, Permission, ReadLog};

/// What one row says.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of yes and no, as the table has them"
)]
pub struct Row {
    pub method: String,
    pub participant: bool,
    staff: String,
    pub agency: bool,
    pub supplier: bool,
    pub certificate: bool,
    services: String,
    pub assurance: Assurance,
    pub read_log: ReadLog,
}

impl Row {
    /// Whether a service of this name may call.
    pub fn admits_service(&self, name: &str) -> bool {
        self.services == "all" || self.services.split(',').any(|service| service == name)
    }

    /// Whether a person of the staff pages may call without an account.
    pub fn staff_without_account(&self) -> bool {
        self.staff == "any"
    }

    /// Whether an account with just this permission may call.
    pub fn admits_permission(&self, permission: Permission) -> bool {
        let name = permission
            .as_str_name()
            .trim_start_matches("PERMISSION_")
            .to_lowercase();
        self.staff_without_account() || self.staff.split(',').any(|listed| listed == name)
    }
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let text = include_str!("../../callers.tsv");
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(row)
        .collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.split('\t').collect();
    let (
        &[
            method,
            participant,
            staff,
            agency,
            supplier,
            certificate,
            services,
            assurance,
        ],
        rest,
    ) = cells
        .split_first_chunk()
        .unwrap_or_else(|| panic!("a row has eight cells, or nine if it reads: {line}"));
    Row {
        method: method.to_owned(),
        participant: yes(participant),
        staff: staff.to_owned(),
        agency: yes(agency),
        supplier: yes(supplier),
        certificate: yes(certificate),
        services: services.to_owned(),
        assurance: match assurance {
            "none" => Assurance::Unspecified,
            "password_code" => Assurance::PasswordCode,
            "bankid" => Assurance::Bankid,
            other => panic!("no assurance level: {other}"),
        },
        read_log: match rest {
            [] => ReadLog::Unspecified,
            ["list"] => ReadLog::List,
            ["detail"] => ReadLog::Detail,
            ["stream"] => ReadLog::Stream,
            other => panic!("no way of reading: {other:?}"),
        },
    }
}

fn yes(cell: &str) -> bool {
    match cell {
        "yes" => true,
        "no" => false,
        other => panic!("neither yes nor no: {other}"),
    }
}
