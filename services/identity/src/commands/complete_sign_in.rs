//! A sign-in that BankID completed: the person is known or registered by their number, the name is kept as BankID told
//! it, and the session begins. One session per order.

use platform::audit::{Actor, AuditLine, append};
use platform::db::Tx;
use proto::identity::v1 as pb;
use serde_json::json;

use super::collect_order::Effect;
use super::register_persons::register;
use crate::bankid::{Completion, OrderRequest};
use crate::domain::flow::{Flow, Purpose};
use crate::domain::ids::SessionId;
use crate::domain::number::PersonNumber;
use crate::domain::person::Name;
use crate::domain::portal::Portal;
use crate::domain::session::Session;
use crate::error::{Error, Result};
use crate::parts::{Parts, latest_day};
use crate::store::flows::{self, StoredFlow};
use crate::store::sealing::{FLOW_COMPLETION, FLOW_REQUEST, open, seal};
use crate::store::{persons, sessions};

/// A session to begin.
pub struct NewSession<'a> {
    flow: &'a Flow,
    portal: Portal,
    token_hash: [u8; 32],
    user_agent: Option<String>,
    number: PersonNumber,
    completion: &'a Completion,
}

/// Judges a completed sign-in; the message says why it brings nothing about.
pub fn accept<'a>(
    parts: &Parts,
    stored: &'a StoredFlow,
    completion: &'a Completion,
) -> Result<Effect<'a>, pb::BankidMessage> {
    let flow = &stored.flow;
    let (Purpose::SignIn { portal }, Some(tokens)) = (&flow.purpose, stored.tokens) else {
        return Err(pb::BankidMessage::TechnicalProblem);
    };
    let number = PersonNumber::parse(&completion.user.personal_number, latest_day(parts.now()));
    let Ok(number) = number else {
        tracing::error!(flow_id = %flow.flow_id, "BankID told a number that is none");
        return Err(pb::BankidMessage::TechnicalProblem);
    };
    let request: Option<OrderRequest> =
        open(&parts.keys, FLOW_REQUEST, flow.flow_id.as_uuid(), &stored.request).ok();
    Ok(Effect::Session(NewSession {
        flow,
        portal: *portal,
        token_hash: tokens.session_token,
        user_agent: request.and_then(|request| request.user_agent),
        number,
        completion,
    }))
}

impl NewSession<'_> {
    /// Ends the flow and begins the session; nothing if the flow was cancelled meanwhile.
    pub async fn apply(&self, parts: &Parts, tx: &mut Tx) -> Result<()> {
        let flow_id = self.flow.flow_id;
        let sealed = seal(
            &parts.keys,
            FLOW_COMPLETION,
            flow_id.as_uuid(),
            &self.completion.whole,
        );
        if !flows::complete(tx, flow_id, &sealed).await? {
            return Ok(());
        }
        let registered = register(tx, parts, std::slice::from_ref(&self.number)).await?;
        let person_id = *registered.first().ok_or(Error::NotFound("person"))?;
        let user = &self.completion.user;
        let name = Name {
            given_name: user.given_name.clone(),
            surname: user.surname.clone(),
        };
        persons::set_name(tx, &parts.keys, person_id, &name).await?;
        let session = Session::begin(
            SessionId::from_uuid(tx.new_id()),
            flow_id,
            person_id,
            self.portal,
            tx.now(),
        );
        sessions::insert(
            tx,
            &parts.keys,
            &session,
            self.token_hash,
            self.user_agent.as_deref(),
        )
        .await?;
        append(tx, line(&session)).await?;
        Ok(())
    }
}

fn line(session: &Session) -> AuditLine {
    let kind = session.portal.as_str();
    AuditLine {
        actor: Actor {
            kind,
            id: session.person_id.to_string(),
            account_id: None,
            organisation_id: None,
        },
        action: "identity.sign_in",
        subject_kind: "session",
        subject_id: session.session_id.to_string(),
        purpose: None,
        details: json!({ "assurance": "bankid" }),
    }
}
