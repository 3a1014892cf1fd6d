//! Everything about a person as one file, after the main job: from every service that holds something of them, and of that
//! person alone.

use anyhow::{Context as _, Result, ensure};
use journey::job::{CASES, Case};
use journey::{Browser, Places};
use proto::identity::v1::Portal;
use serde_json::Value;

/// One who has approved, consented, and taken back what had left; and one who only agreed.
const COMPARED: [usize; 2] = [17, 0];
const HOLDING: [&str; 5] = ["identity", "participants", "attendance", "consent", "export"];

/// What is compared of a file.
struct Own {
    text: String,
    case_reference: String,
    placement_id: String,
    surname: String,
}

pub async fn everybody_downloads_their_own(places: &Places, month: &str) -> Result<()> {
    let mut files = Vec::new();
    for number in COMPARED {
        let case = &CASES[number];
        let browser = Browser::sign_in(places, &case.person, Portal::Participant).await?;
        let file = browser.own_data().await?;
        files.push(Own::of(&file, case, month).with_context(|| format!("the file of case {number}"))?);
    }
    for (own, other) in [(&files[0], &files[1]), (&files[1], &files[0])] {
        for theirs in [&other.case_reference, &other.placement_id, &other.surname] {
            ensure!(!own.text.contains(theirs.as_str()), "{theirs} is somebody else's");
        }
    }
    Ok(())
}

impl Own {
    fn of(file: &Value, case: &Case, month: &str) -> Result<Self> {
        ensure!(
            file["portal"] == "participant",
            "of which pages: {}",
            file["portal"]
        );
        ensure!(file["madeAt"].is_string(), "it does not say when it was made");
        let records = file["records"].as_array().context("records")?;
        let case_reference = case.reference(month);
        let placement = records
            .iter()
            .find(|it| it["content"]["caseReference"] == case_reference.as_str());
        let placement_id = placement.context("the placement is not in it")?["content"]["placementId"]
            .as_str()
            .context("an id")?
            .to_owned();
        for service in HOLDING {
            let of_service: Vec<&Value> = records.iter().filter(|it| it["service"] == service).collect();
            ensure!(!of_service.is_empty(), "{service} tells nothing");
            let package = format!("deltaga.{service}.v1.");
            let is_own = |it: &&Value| it["message"].as_str().is_some_and(|it| it.starts_with(&package));
            ensure!(
                of_service.iter().all(is_own),
                "{service} tells of another context"
            );
            if ["attendance", "export"].contains(&service) {
                let text = format!("{of_service:?}");
                ensure!(
                    text.contains(&placement_id),
                    "{service} does not tell of the months"
                );
            }
        }
        let surname = case.person.surname.to_owned();
        let text = file.to_string();
        ensure!(text.contains(&surname), "what decisions told is not in it");
        Ok(Self {
            text,
            case_reference,
            placement_id,
            surname,
        })
    }
}
