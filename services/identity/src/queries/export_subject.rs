//! Everything that is held about a person, for that person: kind by kind and page by page, each page read when the one
//! before was taken, so that memory stays flat however much there is.

use futures::Stream;
use futures::stream::try_unfold;
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::contacts::KeptContacts;
use crate::domain::ids::{SessionId, SignatureId};
use crate::domain::notice::ShownNotice;
use crate::error::{Error, Result};
use crate::parts::{Parts, latest_day};
use crate::store::persons::OwnPerson;
use crate::store::sessions::ListedSession;
use crate::store::signatures::HeldSignature;
use crate::store::{contacts, notices, persons, sessions, signatures};

// A text to sign has 30,000 bytes at most.
const PAGE: i64 = 50;

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

// What is read next; the kinds come in this order.
#[derive(Clone, Copy)]
enum Place {
    Persons,
    Contacts,
    Notices,
    Sessions { after: Option<SessionId> },
    Signatures { after: Option<(Timestamp, SignatureId)> },
    End,
}

type Page = (Vec<Record>, Place);

/// The pages of all that is held under any of these ids.
pub fn export_subject(parts: Parts, person_ids: Vec<Uuid>) -> impl Stream<Item = Result<Vec<Record>>> + Send {
    try_unfold(
        (parts, person_ids, Place::Persons),
        async |(parts, person_ids, place)| {
            let page = read(&parts, &person_ids, place).await?;
            Ok::<_, Error>(page.map(|(records, next)| (records, (parts, person_ids, next))))
        },
    )
}

async fn read(parts: &Parts, person_ids: &[Uuid], place: Place) -> Result<Option<Page>> {
    let (pool, keys) = (parts.database.pool(), &parts.keys);
    let page = match place {
        Place::Persons => {
            let own = persons::own(pool, keys, person_ids, latest_day(parts.now())).await?;
            (records(own, Record::Person), Place::Contacts)
        }
        Place::Contacts => {
            let kept = contacts::of(pool, keys, person_ids).await?;
            (records(kept, Record::Contacts), Place::Notices)
        }
        Place::Notices => {
            let shown = notices::of(pool, person_ids).await?;
            (records(shown, Record::Notice), Place::Sessions { after: None })
        }
        Place::Sessions { after } => {
            let held = sessions::held(pool, keys, person_ids, after, PAGE).await?;
            let last = held.last().map(|held| held.session.session_id);
            let next = last.map_or(Place::Signatures { after: None }, |last| Place::Sessions {
                after: Some(last),
            });
            (records(held, Record::Session), next)
        }
        Place::Signatures { after } => {
            let held = signatures::held(pool, keys, person_ids, after, PAGE).await?;
            let last = held.last().map(HeldSignature::place);
            let next = last.map_or(Place::End, |last| Place::Signatures { after: Some(last) });
            (records(held, Record::Signature), next)
        }
        Place::End => return Ok(None),
    };
    Ok(Some(page))
}

fn records<T>(rows: Vec<T>, kind: fn(T) -> Record) -> Vec<Record> {
    rows.into_iter().map(kind).collect()
}
