//! A consent is taken back. The consent's row is locked first: a sending that is just beginning either is seen here, and
//! told as in transfer, or waits and finds the consent withdrawn.

use platform::access::{self, Depth, Reader};
use platform::db::{Instant, Tx};
use platform::idempotency;
use prost::Message;
use serde_json::json;

use super::{Caller, Commands, Once, note};
use crate::domain::consent::{Standing, Withdrawer, standing, withdraw};
use crate::domain::ids::PersonId;
use crate::domain::recipient::Recipient;
use crate::domain::withdrawal::{self, Told};
use crate::error::ConsentError;
use crate::events::publish;
use crate::store;

/// Whose consent is taken back, and by whom.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// Ids of the person that the caller knows.
    pub persons: Vec<PersonId>,
    pub recipient: Recipient,
    pub by: Withdrawer,
    /// Of whom it is told that they read what was sent; None for the person.
    pub reader: Option<Reader>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// When the last consent to hold ended; None if there never was one.
    pub at: Option<jiff::Timestamp>,
    pub told: Told,
}

impl Commands {
    /// `answer` puts what is told into the form that is kept for the request.
    pub async fn withdraw<Q, A>(
        &self,
        caller: &Caller,
        once: Once<'_, Q>,
        input: &Withdraw,
        answer: fn(&Withdrawal) -> A,
    ) -> Result<A, ConsentError>
    where
        Q: Message,
        A: Message + Default,
    {
        self.database
            .transaction("consent.withdraw", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    Ok::<_, ConsentError>(answer(&take_back(tx, caller, input).await?))
                })
                .await
            })
            .await
    }
}

async fn take_back(tx: &mut Tx, caller: &Caller, input: &Withdraw) -> Result<Withdrawal, ConsentError> {
    // An id that is being joined to the person's is waited for: its consents are taken back too.
    store::persons::hold(tx).await?;
    let persons = store::persons::ids_of(tx, &input.persons).await?;
    if input.by == Withdrawer::Agency {
        check_known(tx, &persons).await?;
    }
    // Preparations before consents, as whoever completes a signature does it: one that is being completed is waited for,
    // and then found among the consents.
    store::preparations::lock(tx, &persons, input.recipient).await?;
    let now = Instant::from(tx.now());
    let overtaken = store::preparations::overtake(tx, &persons, input.recipient, now).await?;
    let consents = store::consents::lock(tx, &persons, input.recipient).await?;
    let changed = withdraw(&consents, now.timestamp(), input.by);
    for consent in &changed {
        let withdrawn = consent.withdrawn.expect("withdrawing withdraws");
        store::consents::set_withdrawn(tx, consent.id, withdrawn).await?;
    }
    let ids: Vec<_> = changed.iter().map(|consent| consent.id).collect();
    for worded in store::consents::worded(tx, &ids).await? {
        publish::consent(tx, &worded).await?;
    }
    let after = store::consents::of_persons(tx, &persons, input.recipient).await?;
    let at = match standing(&after) {
        Standing::Withdrawn(withdrawn) => Some(withdrawn.at),
        Standing::Never | Standing::Holds(_) => None,
    };
    let sent = store::disclosures::of_person(tx, &persons, input.recipient).await?;
    if !changed.is_empty() || overtaken > 0 || input.by == Withdrawer::Agency {
        audit(tx, caller, input, changed.len()).await?;
    }
    if let Some(reader) = &input.reader {
        let ids: Vec<_> = input.persons.iter().map(|person| person.as_uuid()).collect();
        access::record(
            tx,
            reader,
            "disclosures",
            "withdrawal_on_behalf",
            &ids,
            Depth::Detail,
        )
        .await?;
    }
    Ok(Withdrawal {
        at,
        told: withdrawal::told(&sent),
    })
}

async fn check_known(tx: &mut Tx, persons: &[PersonId]) -> Result<(), ConsentError> {
    if store::reports::has_any(tx, persons).await? || store::placements::has_any(tx, persons).await? {
        Ok(())
    } else {
        Err(ConsentError::NotHeardOf("person"))
    }
}

async fn audit(tx: &mut Tx, caller: &Caller, input: &Withdraw, ended: usize) -> Result<(), ConsentError> {
    let action = match input.by {
        Withdrawer::Person => "consent.withdraw",
        Withdrawer::Agency => "consent.withdraw_on_behalf",
    };
    let person = input.persons.first().map(ToString::to_string).unwrap_or_default();
    let details = json!({ "recipient": input.recipient.code(), "ended": ended });
    note(tx, caller.line(action, ("person", person), details)).await
}
