//! The gate in front of every service: finds out who calls, asks the policy, and puts the [`Principal`] into the request.
//! Whatever is not explicitly allowed is refused.

mod identify;

use std::sync::Arc;

use futures::future::BoxFuture;
use http::HeaderMap;
use http::request::Parts;
use proto::errors::v1::ErrorReason;
use uuid::Uuid;

use self::identify::identify;
use super::grants::TOPIC;
use super::policy::{CallPolicy, PolicyTable, is_exempt};
use super::token::TokenVerifier;
use super::{AccountDirectory, AccountGrant, AccountQuery, Principal, SignedIn};
use crate::clock::SharedClock;
use crate::grpc::{Peer, Rejection};
use crate::outbox::Revision;

/// The gateway: the one peer that speaks for others.
pub const GATEWAY: &str = "gateway";

const AUTHORIZATION: &str = "authorization";
const BEARER: &str = "Bearer ";
const ACCOUNT: &str = "deltaga-account";
const CLIENT_CERTIFICATE: &str = "deltaga-client-certificate";
const MIN_REVISION: &str = "deltaga-min-revision";

/// Decides on every call. Clones share everything.
#[derive(Clone)]
pub struct PolicyLayer {
    table: Arc<PolicyTable>,
    tokens: Arc<TokenVerifier>,
    accounts: Arc<dyn AccountDirectory>,
    clock: SharedClock,
}

/// For services whose calls need no staff account: every account is unknown.
#[derive(Clone, Copy, Debug)]
pub struct NoAccounts;

impl PolicyLayer {
    /// A gate by the policies of this build's contract.
    pub fn new(tokens: TokenVerifier, accounts: Arc<dyn AccountDirectory>, clock: SharedClock) -> Self {
        Self::with_table(PolicyTable::of_contract(), tokens, accounts, clock)
    }

    /// A gate by other policies, for tests that change one.
    pub fn with_table(
        table: PolicyTable,
        tokens: TokenVerifier,
        accounts: Arc<dyn AccountDirectory>,
        clock: SharedClock,
    ) -> Self {
        Self {
            table: Arc::new(table),
            tokens: Arc::new(tokens),
            accounts,
            clock,
        }
    }

    /// Whether the contract has the method (`package.Service/Method`).
    pub fn knows(&self, method: &str) -> bool {
        is_exempt(method) || self.table.of(method).is_some()
    }

    /// Lets a call through with its principal in the extensions, or refuses it. Health is not served on this port.
    pub async fn admit(&self, method: &str, parts: &mut Parts) -> Result<(), Rejection> {
        let peer = parts
            .extensions
            .get::<Arc<Peer>>()
            .cloned()
            .ok_or_else(Rejection::unauthenticated)?;
        if is_exempt(method) {
            return Ok(());
        }
        let Some(policy) = self.table.of(method) else {
            return Err(Rejection::forbidden(ErrorReason::CallerNotAllowed));
        };
        let mut principal = self.principal(&peer, &parts.headers).await?;
        policy.admit(&principal)?;
        if policy.needs_account(&principal) {
            principal = self.with_account(policy, principal, &parts.headers).await?;
        }
        parts.extensions.insert(principal);
        Ok(())
    }

    async fn principal(&self, peer: &Peer, headers: &HeaderMap) -> Result<Principal, Rejection> {
        let claims = match bearer(headers)? {
            Some(token) => Some(self.tokens.verify(token).await?),
            None => None,
        };
        identify(peer, claims.as_deref(), text(headers, CLIENT_CERTIFICATE)?)
    }

    async fn with_account(
        &self,
        policy: &CallPolicy,
        principal: Principal,
        headers: &HeaderMap,
    ) -> Result<Principal, Rejection> {
        let Some(who) = principal.person().cloned() else {
            return Ok(principal);
        };
        let account = self.account(&who, headers).await?;
        policy.admit_account(&account, self.clock.now())?;
        Ok(Principal::Staff {
            who,
            account: Some(account),
        })
    }

    async fn account(&self, who: &SignedIn, headers: &HeaderMap) -> Result<AccountGrant, Rejection> {
        let named = text(headers, ACCOUNT)?.and_then(|text| text.parse::<Uuid>().ok());
        let account_id = named.ok_or_else(|| Rejection::forbidden(ErrorReason::AccountUnknown))?;
        let min_revision = text(headers, MIN_REVISION)?.and_then(|text| seen_revision(text, account_id));
        let query = AccountQuery {
            account_id,
            who: who.clone(),
            at: self.clock.now(),
            min_revision,
        };
        self.accounts.account(&query).await
    }
}

impl AccountDirectory for NoAccounts {
    fn account<'a>(&'a self, _query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        Box::pin(std::future::ready(Err(Rejection::forbidden(
            ErrorReason::AccountUnknown,
        ))))
    }
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let Some(value) = text(headers, AUTHORIZATION)? else {
        return Ok(None);
    };
    value
        .strip_prefix(BEARER)
        .map(Some)
        .ok_or_else(Rejection::unauthenticated)
}

// A header that stands twice has no meaning that both ends would agree on.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Rejection> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Rejection::unauthenticated());
    }
    first
        .map(|value| value.to_str().map_err(|_| Rejection::unauthenticated()))
        .transpose()
}

/// The revision of one account among what the caller has seen: `topic/key@epoch.n`, several separated by commas.
fn seen_revision(text: &str, account_id: Uuid) -> Option<Revision> {
    let mut seen = text.split(',').filter_map(|entry| {
        let (place, revision) = entry.trim().split_once('@')?;
        let (topic, key) = place.split_once('/')?;
        let is_account = topic == TOPIC && key.parse() == Ok(account_id);
        if is_account { revision.parse().ok() } else { None }
    });
    seen.next()
}

#[cfg(test)]
mod tests;
