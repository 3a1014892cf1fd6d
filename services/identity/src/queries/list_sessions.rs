//! One's own open sessions, newest first.

use platform::auth::SignedIn;
use platform::grpc::convert::Page;
use proto::types::v1::PageResponse;
use uuid::Uuid;

use crate::domain::person::ids_of;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::sessions::{self, ListedSession};

/// One page of sessions.
pub async fn list_sessions(
    parts: &Parts,
    who: &SignedIn,
    page: &Page<Uuid>,
) -> Result<(Vec<ListedSession>, PageResponse)> {
    let persons = ids_of(who);
    let pool = parts.database.pool();
    let mut rows = sessions::list(pool, &parts.keys, &persons, parts.now(), page.after, page.limit()).await?;
    let next = page.close(&mut rows, |row| row.session.session_id.as_uuid());
    Ok((rows, next))
}
