//! Everything that is held about a person, for that person: kind by kind and page by page.

use jiff::Timestamp;
use platform::subject::behind;
use uuid::Uuid;

use crate::domain::contacts::KeptContacts;
use crate::domain::ids::{SessionId, SignatureId};
use crate::domain::notice::ShownNotice;
use crate::error::Result;
use crate::parts::{Parts, latest_day};
use crate::store::persons::OwnPerson;
use crate::store::sessions::ListedSession;
use crate::store::signatures::HeldSignature;
use crate::store::{contacts, notices, persons, sessions, signatures};

// A text to sign has 30,000 bytes at most.
const PAGE: usize = 50;

/// One thing that is held.
#[derive(Debug)]
pub enum Record {
    /// The person, with name and numbers.
    Person(OwnPerson),
    /// Where the person wants to be reached.
    Contacts(KeptContacts),
    /// A version of the notice that the person was shown.
    Notice(ShownNotice),
    /// A session, open or over.
    Session(ListedSession),
    /// Something to sign or signed.
    Signature(HeldSignature),
}

/// What is read next; the kinds come in this order.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Persons,
    Contacts,
    Notices,
    Sessions(Option<SessionId>),
    Signatures(Option<(Timestamp, SignatureId)>),
}

/// A page of what is held under any of these ids, and where the next one begins.
pub async fn page(parts: &Parts, person_ids: &[Uuid], from: Place) -> Result<(Vec<Record>, Option<Place>)> {
    let (pool, keys) = (parts.database.pool(), &parts.keys);
    let limit = i64::try_from(PAGE).expect("a page is small");
    Ok(match from {
        Place::Persons => {
            let own = persons::own(pool, keys, person_ids, latest_day(parts.now())).await?;
            (records(own, Record::Person), Some(Place::Contacts))
        }
        Place::Contacts => {
            let kept = contacts::of(pool, keys, person_ids).await?;
            (records(kept, Record::Contacts), Some(Place::Notices))
        }
        Place::Notices => {
            let shown = notices::of(pool, person_ids).await?;
            (records(shown, Record::Notice), Some(Place::Sessions(None)))
        }
        Place::Sessions(after) => {
            let held = sessions::held(pool, keys, person_ids, after, limit).await?;
            let next = behind(&held, PAGE, |held| Place::Sessions(Some(held.session.session_id)));
            let next = next.unwrap_or(Place::Signatures(None));
            (records(held, Record::Session), Some(next))
        }
        Place::Signatures(after) => {
            let held = signatures::held(pool, keys, person_ids, after, limit).await?;
            let next = behind(&held, PAGE, |held| Place::Signatures(Some(held.place())));
            (records(held, Record::Signature), next)
        }
    })
}

fn records<T>(rows: Vec<T>, kind: fn(T) -> Record) -> Vec<Record> {
    rows.into_iter().map(kind).collect()
}
