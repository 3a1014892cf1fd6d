//! Invitations that were cancelled before they came.

use platform::db::{Instant, Tx};

use crate::domain::ids::InvitationId;
use crate::error::Result;

/// Locks an id until the end of the transaction, whether there is an invitation or not: of an invitation and its
/// cancelling at once, the later sees the earlier.
pub async fn lock(tx: &mut Tx, invitation_id: InvitationId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('invitation ' || $1::text, 0))",
        invitation_id.to_string()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that an invitation of a service is void when it comes; the second time changes nothing.
pub async fn insert(tx: &mut Tx, context: &str, invitation_id: InvitationId) -> Result<()> {
    let now = Instant::from(tx.now());
    sqlx::query!(
        r#"
        insert into void_invitations (context, invitation_id, cancelled_at) values ($1, $2, $3)
        on conflict do nothing
        "#,
        context,
        invitation_id.as_uuid(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the note away. Answers whether there was one.
pub async fn take(tx: &mut Tx, context: &str, invitation_id: InvitationId) -> Result<bool> {
    let taken = sqlx::query!(
        "delete from void_invitations where context = $1 and invitation_id = $2",
        context,
        invitation_id.as_uuid()
    )
    .execute(&mut **tx)
    .await?;
    Ok(taken.rows_affected() == 1)
}
