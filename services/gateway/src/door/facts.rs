//! `GET /session`: what a page may know of its session without knowing a person, and the CSRF token it needs.

use axum::body::Body;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response};
use serde_json::{Value, json};

use super::{App, Visitor};
use crate::problem::Problem;
use crate::session::Cookies;
use crate::session::cookies::Cookie;

impl App {
    pub(super) async fn session_facts(
        &self,
        visitor: &Visitor,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Problem> {
        let cookies = Cookies::of(headers);
        self.count(visitor, &cookies).await?;
        let Some(session) = &cookies.session else {
            return Ok(answer(&self.nobody(&cookies)));
        };
        match self.tokens.access(session, &visitor.end_user).await {
            Ok(access) => Ok(answer(&json!({
                "signedIn": true,
                "portal": access.portal,
                "assurance": access.assurance,
                "idleExpiresAt": access.idle_expires_at.to_string(),
                "expiresAt": access.expires_at.to_string(),
                "csrfToken": self.csrf.token(session),
            }))),
            Err(problem) if problem.is_session_ended() => {
                let mut response = answer(&self.nobody(&cookies));
                response.headers_mut().append(SET_COOKIE, Cookie::Session.clear());
                Ok(response)
            }
            Err(problem) => Err(problem),
        }
    }

    // A sign-in that is under way needs its token too.
    fn nobody(&self, cookies: &Cookies) -> Value {
        let mut facts = json!({ "signedIn": false });
        if let Some(flow) = &cookies.flow {
            facts["csrfToken"] = self.csrf.token(flow).into();
        }
        facts
    }
}

fn answer(facts: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(facts.to_string()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
