//! Commands at the machine.

use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::commands::Commands;
use crate::commands::create_agency::CreateAgency;
use crate::domain::calendar;
use crate::domain::contact::PersonName;
use crate::domain::number::{OrganisationNumber, PersonalNumber};

/// The commands that staff has besides those of every service.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Make the agency's organisation with its first account. Repeated, it changes nothing.
    CreateAgency(CreateAgencyOptions),
}

/// Options of `create-agency`. The number is never an option: other users of the machine could read it.
#[derive(Clone, Debug, clap::Args)]
pub struct CreateAgencyOptions {
    /// Name of the agency; the same name again means the same organisation.
    #[arg(long)]
    pub organisation_name: String,
    /// Organisation number of the agency, NNNNNN-NNNN.
    #[arg(long)]
    pub organisation_number: Option<String>,
    /// Name of the person.
    #[arg(long)]
    pub person_name: String,
    /// File with the person's number, and nothing else; `-` reads it from standard input.
    #[arg(long)]
    pub person_number_file: PathBuf,
}

/// Carries a command out and tells the ids on standard output.
pub async fn execute(command: Command, commands: &Commands) -> anyhow::Result<()> {
    match command {
        Command::CreateAgency(options) => {
            let input = read(&options, calendar::day_of(commands.database.now()))?;
            let agency = commands.create_agency(&input).await?;
            let text = format!(
                "organisation {}\naccount {}\n",
                agency.organisation, agency.account
            );
            std::io::stdout()
                .write_all(text.as_bytes())
                .context("standard output is closed")
        }
    }
}

fn read(options: &CreateAgencyOptions, today: Date) -> anyhow::Result<CreateAgency> {
    let number = options
        .organisation_number
        .as_deref()
        .map(OrganisationNumber::parse)
        .transpose();
    let name = options.organisation_name.trim();
    anyhow::ensure!(
        (1..=200).contains(&name.chars().count()),
        "organisation-name must have 1 to 200 characters"
    );
    Ok(CreateAgency {
        organisation_name: name.to_owned(),
        organisation_number: number.context("organisation-number")?,
        person_name: PersonName::parse(&options.person_name).context("person-name")?,
        person_number: PersonalNumber::parse(&number_text(options)?, today).context("person-number-file")?,
    })
}

fn number_text(options: &CreateAgencyOptions) -> anyhow::Result<String> {
    let mut text = String::new();
    if options.person_number_file.as_os_str() == "-" {
        std::io::stdin()
            .take(64)
            .read_to_string(&mut text)
            .context("standard input")?;
    } else {
        let file =
            std::fs::File::open(&options.person_number_file).context("person-number-file cannot be read")?;
        file.take(64)
            .read_to_string(&mut text)
            .context("person-number-file cannot be read")?;
    }
    Ok(text)
}
