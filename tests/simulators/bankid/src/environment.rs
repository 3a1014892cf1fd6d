//! The simulator signs as anybody it is told to, so it must never run where real people log in.

use anyhow::{Result, bail};

/// Fails when any variable that names an environment says production.
pub fn refuse_production(variables: impl Iterator<Item = (String, String)>) -> Result<()> {
    for (name, value) in variables {
        if names_an_environment(&name) && means_production(&value) {
            bail!("{name} says production; the BankID simulator only runs for development and tests");
        }
    }
    Ok(())
}

fn names_an_environment(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "ENV" || name.ends_with("ENVIRONMENT") || name.ends_with("_ENV")
}

fn means_production(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    value == "prod" || value == "production"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str) -> Result<()> {
        refuse_production([(name.to_owned(), value.to_owned())].into_iter())
    }

    #[test]
    fn production_is_refused_under_every_usual_name() {
        for name in [
            "DELTAGA_ENVIRONMENT",
            "IDENTITY__ENVIRONMENT",
            "APP_ENV",
            "environment",
        ] {
            assert!(check(name, "Production").is_err(), "{name}");
        }
    }

    #[test]
    fn development_and_unrelated_variables_pass() {
        check("DELTAGA_ENVIRONMENT", "development").unwrap();
        check("BRANCH", "production").unwrap();
    }
}
