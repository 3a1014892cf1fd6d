//! Permissions with their validity: which fit an organisation, and that none holds twice at the same time.

use jiff::civil::Date;

use super::organisation::OrganisationKind;
use super::validity::Validity;

/// More entries than anybody needs, so that an account stays small.
pub const MOST_GRANTS: usize = 50;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    AdministerPermissions,
    ReceiveParticipants,
    ReportAndPlan,
    RegisterProject,
    CountersignAttendance,
    CountersignWorkingTime,
    AdministerRegister,
    RunExports,
    Operate,
}

/// A permission while it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub permission: Permission,
    pub validity: Validity,
}

/// The permissions of an account, sorted; at most one entry per permission on any day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(Vec<Grant>);

/// Why grants are no permission set. `index` counts as the caller listed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PermissionFault {
    #[error("there is no permission")]
    Empty,
    #[error("there are more than {MOST_GRANTS} entries")]
    TooMany,
    #[error("entry {index} does not fit the organisation")]
    NotForKind { index: usize, permission: Permission },
    #[error("entry {index} overlaps an earlier one")]
    Overlaps { index: usize },
}

impl Permission {
    pub const ALL: [Self; 9] = [
        Self::AdministerPermissions,
        Self::ReceiveParticipants,
        Self::ReportAndPlan,
        Self::RegisterProject,
        Self::CountersignAttendance,
        Self::CountersignWorkingTime,
        Self::AdministerRegister,
        Self::RunExports,
        Self::Operate,
    ];

    /// The name in tables, audit lines and metadata.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AdministerPermissions => "administer_permissions",
            Self::ReceiveParticipants => "receive_participants",
            Self::ReportAndPlan => "report_and_plan",
            Self::RegisterProject => "register_project",
            Self::CountersignAttendance => "countersign_attendance",
            Self::CountersignWorkingTime => "countersign_working_time",
            Self::AdministerRegister => "administer_register",
            Self::RunExports => "run_exports",
            Self::Operate => "operate",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.code() == code)
    }

    /// Whether an organisation of the kind can give it.
    pub const fn fits(self, kind: OrganisationKind) -> bool {
        match self {
            Self::AdministerPermissions => true,
            Self::ReceiveParticipants | Self::ReportAndPlan => matches!(kind, OrganisationKind::Provider),
            Self::RegisterProject | Self::CountersignAttendance | Self::CountersignWorkingTime => {
                matches!(kind, OrganisationKind::ProjectOwner)
            }
            Self::AdministerRegister | Self::RunExports | Self::Operate => {
                matches!(kind, OrganisationKind::Agency)
            }
        }
    }

    /// Whether it holds in the units of the account's scope, rather than in the whole organisation.
    pub const fn works_on_units(self) -> bool {
        match self {
            Self::ReceiveParticipants
            | Self::ReportAndPlan
            | Self::RegisterProject
            | Self::CountersignAttendance
            | Self::CountersignWorkingTime => true,
            Self::AdministerPermissions | Self::AdministerRegister | Self::RunExports | Self::Operate => {
                false
            }
        }
    }
}

impl PermissionSet {
    /// Checks what a caller wants an account of the kind to hold.
    pub fn parse(kind: OrganisationKind, wanted: Vec<Grant>) -> Result<Self, PermissionFault> {
        if wanted.is_empty() {
            return Err(PermissionFault::Empty);
        }
        if wanted.len() > MOST_GRANTS {
            return Err(PermissionFault::TooMany);
        }
        for (index, grant) in wanted.iter().enumerate() {
            if !grant.permission.fits(kind) {
                return Err(PermissionFault::NotForKind {
                    index,
                    permission: grant.permission,
                });
            }
            if wanted[..index].iter().any(|earlier| earlier.clashes(grant)) {
                return Err(PermissionFault::Overlaps { index });
            }
        }
        Ok(Self::stored(wanted))
    }

    /// Takes what the database holds.
    pub fn stored(mut grants: Vec<Grant>) -> Self {
        grants.sort_unstable();
        Self(grants)
    }

    pub fn grants(&self) -> &[Grant] {
        &self.0
    }

    /// When the permission holds.
    pub fn validities(&self, permission: Permission) -> impl Iterator<Item = Validity> {
        self.0
            .iter()
            .filter(move |grant| grant.permission == permission)
            .map(|grant| grant.validity)
    }

    /// The same, with one permission until further notice from a day; what it held of it from then on is replaced.
    #[must_use]
    pub fn with(&self, permission: Permission, from: Date) -> Self {
        let mut since = from;
        let mut grants = Vec::with_capacity(self.0.len() + 1);
        for grant in &self.0 {
            if grant.permission != permission || grant.validity.to().is_some_and(|to| to < from) {
                grants.push(*grant);
            } else {
                since = since.min(grant.validity.from());
            }
        }
        grants.push(Grant {
            permission,
            validity: Validity::open(since),
        });
        Self::stored(grants)
    }

    /// Whether any of the permissions needs units to work on.
    pub fn works_on_units(&self) -> bool {
        self.0.iter().any(|grant| grant.permission.works_on_units())
    }
}

impl Grant {
    fn clashes(&self, other: &Self) -> bool {
        self.permission == other.permission && self.validity.overlaps(other.validity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(permission: Permission, from: &str, to: Option<&str>) -> Grant {
        let validity = Validity::parse(from.parse().unwrap(), to.map(|to| to.parse().unwrap())).unwrap();
        Grant { permission, validity }
    }

    #[test]
    fn every_kind_has_its_own_permissions() {
        let of = |kind| {
            Permission::ALL
                .into_iter()
                .filter(|it| it.fits(kind))
                .map(Permission::code)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(OrganisationKind::Provider),
            [
                "administer_permissions",
                "receive_participants",
                "report_and_plan"
            ]
        );
        assert_eq!(
            of(OrganisationKind::ProjectOwner),
            [
                "administer_permissions",
                "register_project",
                "countersign_attendance",
                "countersign_working_time"
            ]
        );
        assert_eq!(
            of(OrganisationKind::Agency),
            [
                "administer_permissions",
                "administer_register",
                "run_exports",
                "operate"
            ]
        );
    }

    #[test]
    fn refuses_a_permission_of_another_kind() {
        let wanted = vec![grant(Permission::Operate, "2026-01-01", None)];
        let fault = PermissionFault::NotForKind {
            index: 0,
            permission: Permission::Operate,
        };
        assert_eq!(
            PermissionSet::parse(OrganisationKind::Provider, wanted),
            Err(fault)
        );
    }

    #[test]
    fn refuses_the_same_permission_twice_on_a_day() {
        let wanted = vec![
            grant(Permission::ReportAndPlan, "2026-01-01", Some("2026-06-30")),
            grant(Permission::ReportAndPlan, "2026-06-30", None),
        ];
        assert_eq!(
            PermissionSet::parse(OrganisationKind::Provider, wanted),
            Err(PermissionFault::Overlaps { index: 1 })
        );
    }

    #[test]
    fn takes_the_same_permission_again_from_the_next_day() {
        let wanted = vec![
            grant(Permission::ReportAndPlan, "2026-07-01", None),
            grant(Permission::ReportAndPlan, "2026-01-01", Some("2026-06-30")),
        ];
        assert!(PermissionSet::parse(OrganisationKind::Provider, wanted).is_ok());
    }

    #[test]
    fn refuses_no_permission_at_all() {
        assert_eq!(
            PermissionSet::parse(OrganisationKind::Provider, Vec::new()),
            Err(PermissionFault::Empty)
        );
    }

    #[test]
    fn adding_a_permission_leaves_no_overlap() {
        let held = PermissionSet::stored(vec![
            grant(
                Permission::AdministerPermissions,
                "2025-01-01",
                Some("2025-12-31"),
            ),
            grant(
                Permission::AdministerPermissions,
                "2026-02-01",
                Some("2026-04-30"),
            ),
            grant(Permission::AdministerPermissions, "2027-01-01", None),
        ]);
        let with = held.with(Permission::AdministerPermissions, "2026-03-02".parse().unwrap());
        assert_eq!(
            with.grants(),
            [
                grant(
                    Permission::AdministerPermissions,
                    "2025-01-01",
                    Some("2025-12-31")
                ),
                grant(Permission::AdministerPermissions, "2026-02-01", None),
            ]
        );
    }
}
