//! Notes that whoever is signed in was shown a version of the information notice. The row is the evidence: it is written
//! once and never changed.

use platform::auth::SignedIn;

use crate::domain::ids::PersonId;
use crate::domain::notice::{NoticeVersion, ShownNotice};
use crate::domain::person::ids_of;
use crate::domain::portal::Language;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::{notices, persons};

/// Records a version; answers with the first time that the person was shown it.
pub async fn record_notice(
    parts: &Parts,
    who: &SignedIn,
    version: &NoticeVersion,
    language: Language,
) -> Result<ShownNotice> {
    parts
        .database
        .transaction("identity.record_notice", async |tx| {
            let person_id = persons::canonical(&mut **tx, PersonId::from_uuid(who.person_id)).await?;
            let shown = ShownNotice {
                version: version.clone(),
                language,
                shown_at: tx.now(),
            };
            notices::insert(tx, person_id, &shown).await?;
            // Under the id it is written down with, too: a token may be older than a join.
            let mut ids = ids_of(who);
            ids.push(person_id.as_uuid());
            let all = notices::of(&mut **tx, &ids).await?;
            let mut firsts = ShownNotice::first_of_each(all).into_iter();
            let first = firsts.find(|notice| notice.version == *version);
            first.ok_or(Error::NotFound("notice"))
        })
        .await
}
