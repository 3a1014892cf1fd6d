//! Everything that is held of a person, for that person: a page at a time, kind by kind, each kind in the order it came to
//! be. First what was prepared and does not hold, then what was consented to and taken back, then the
//! ledger: what comes to hold between two pages is told twice rather than not at all.

use platform::db::{Database, Tx};
use platform::subject::behind;

use super::own_consents::{OwnConsent, texts_of, with_texts};
use crate::domain::consent::Preparation;
use crate::domain::ids::{ConsentId, Who};
use crate::domain::text::ConsentText;
use crate::error::ConsentError;
use crate::store;
use crate::store::disclosures::{Disclosed, Position};

/// Rows of a page: what one person's export takes of the memory at a time.
const PAGE: usize = 50;

/// Where an export goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Consents(Option<ConsentId>),
    Ungiven(Option<ConsentId>),
    Disclosures(Option<Position>),
}

/// Some of the records.
pub enum Page {
    Consents(Vec<OwnConsent>),
    Ungiven(Vec<(Preparation, ConsentText)>),
    Disclosures(Vec<Disclosed>),
}

impl Place {
    pub const START: Self = Self::Ungiven(None);
}

impl Page {
    /// Where the records go on behind this page.
    fn next(&self) -> Option<Place> {
        match self {
            Self::Consents(own) => behind(own, PAGE, |own| Place::Consents(Some(own.held.consent.id)))
                .or(Some(Place::Disclosures(None))),
            Self::Ungiven(prepared) => {
                behind(prepared, PAGE, |(prepared, _)| Place::Ungiven(Some(prepared.id)))
                    .or(Some(Place::Consents(None)))
            }
            Self::Disclosures(rows) => behind(rows, PAGE, |row| Place::Disclosures(Some(row.position()))),
        }
    }
}

/// A page, and where the next one begins.
pub async fn page(
    database: &Database,
    who: &Who,
    from: Place,
) -> Result<(Page, Option<Place>), ConsentError> {
    let page = database
        .transaction("consent.export_subject", async |tx| read(tx, who, from).await)
        .await?;
    let next = page.next();
    Ok((page, next))
}

async fn read(tx: &mut Tx, who: &Who, from: Place) -> Result<Page, ConsentError> {
    let limit = i64::try_from(PAGE).expect("a page is small");
    let persons = store::persons::ids_of(tx, &who.ids()).await?;
    match from {
        Place::Consents(after) => {
            let ids = store::consents::since(tx, &persons, after, limit).await?;
            let mut own = with_texts(tx, &ids).await?;
            own.sort_by_key(|own| own.held.consent.id);
            Ok(Page::Consents(own))
        }
        Place::Ungiven(after) => {
            let prepared = store::preparations::ungiven(tx, &persons, after, limit).await?;
            let wordings = prepared.iter().map(|prepared| {
                let wording = (prepared.recipient, prepared.text_version, prepared.language);
                (prepared.id, wording)
            });
            let texts = texts_of(tx, wordings).await?;
            Ok(Page::Ungiven(prepared.into_iter().zip(texts).collect()))
        }
        Place::Disclosures(after) => {
            let rows = store::disclosures::since(tx, &persons, after, limit).await?;
            Ok(Page::Disclosures(rows))
        }
    }
}
