//! Which versions of the information notice one was shown.

use platform::auth::SignedIn;

use crate::domain::notice::ShownNotice;
use crate::domain::person::ids_of;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::notices;

/// The versions, the one shown last first.
pub async fn get_notice(parts: &Parts, who: &SignedIn) -> Result<Vec<ShownNotice>> {
    let shown = notices::of(parts.database.pool(), &ids_of(who)).await?;
    Ok(ShownNotice::first_of_each(shown))
}
