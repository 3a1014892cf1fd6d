//! Who may come in at all: rate limits, where the browser says it comes from, the CSRF token, and the session behind the
//! cookie. What the caller may do is for the services to say.

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use platform::grpc::Rejection;
use platform::grpc::rejection::Code;
use proto::errors::v1::ErrorReason;

use super::{App, Visitor};
use crate::clients::{Caller, account};
use crate::limits::Bucket;
use crate::problem::Problem;
use crate::routes::{Door, Route};
use crate::session::csrf::HEADER;
use crate::session::tokens::Access;
use crate::session::{Cookies, origin};

impl App {
    /// In whose name the call is made, if it is made at all.
    pub(super) async fn admit(
        &self,
        visitor: &Visitor,
        route: &Route,
        headers: &HeaderMap,
        cookies: &Cookies,
    ) -> Result<Caller, Problem> {
        match visitor.door {
            Door::Browsers => self.admit_person(visitor, route, headers, cookies).await,
            Door::Suppliers => self.admit_supplier(visitor, headers),
        }
    }

    /// Takes a call from the bucket of the session, or of the address as long as nobody has vouched for the session.
    /// Gives what is kept of the session.
    pub(super) async fn count(
        &self,
        visitor: &Visitor,
        cookies: &Cookies,
    ) -> Result<Option<Arc<Access>>, Problem> {
        let kept = match &cookies.session {
            Some(session) => self.tokens.kept(session).await,
            None => None,
        };
        let (bucket, access) = match kept {
            Some((hash, access)) => (Bucket::Session(hash), Some(access)),
            None => (Bucket::of_address(visitor.end_user.address()), None),
        };
        self.limits.call(bucket)?;
        Ok(access)
    }

    /// Whether a browser may ask anything at all: often enough, from where, and with the token of its cookies. Gives what
    /// is kept of its session.
    pub(super) async fn knock(
        &self,
        visitor: &Visitor,
        headers: &HeaderMap,
        cookies: &Cookies,
    ) -> Result<Option<Arc<Access>>, Problem> {
        let kept = self.count(visitor, cookies).await?;
        if !origin::is_own(headers, &self.config.browsers.origins) {
            return Err(forbidden(ErrorReason::OriginNotAllowed));
        }
        if !cookies.is_empty() && !self.has_csrf_token(headers, cookies) {
            return Err(forbidden(ErrorReason::CsrfTokenInvalid));
        }
        Ok(kept)
    }

    /// What the session behind the cookie is worth: what is kept of it, or what identity says.
    pub(super) async fn access(
        &self,
        visitor: &Visitor,
        cookies: &Cookies,
        kept: Option<Arc<Access>>,
    ) -> Result<Arc<Access>, Problem> {
        if let Some(access) = kept {
            return Ok(access);
        }
        let session = cookies.session.as_deref();
        let session = session.ok_or_else(Rejection::unauthenticated)?;
        let access = self.tokens.access(session, &visitor.end_user).await;
        access.map_err(Problem::of_session)
    }

    async fn admit_person(
        &self,
        visitor: &Visitor,
        route: &Route,
        headers: &HeaderMap,
        cookies: &Cookies,
    ) -> Result<Caller, Problem> {
        let kept = self.knock(visitor, headers, cookies).await?;
        if let Some(wrapped) = route.method.wrapped {
            if wrapped.is_beginning() {
                self.limits.sign_in(visitor.end_user.address())?;
            }
            return Ok(Caller::Own);
        }
        let access = self.access(visitor, cookies, kept).await?;
        Ok(Caller::Person {
            authorization: access.authorization.clone(),
            account: account(headers),
            good_for: self.tokens.good_for(&access),
        })
    }

    fn admit_supplier(&self, visitor: &Visitor, headers: &HeaderMap) -> Result<Caller, Problem> {
        let certificate = visitor
            .remote
            .certificate
            .ok_or_else(Rejection::unauthenticated)?;
        self.limits.call(Bucket::Certificate(certificate))?;
        let mut brought = headers.get_all(AUTHORIZATION).iter();
        let authorization = brought.next().cloned();
        if brought.next().is_some() {
            return Err(Rejection::unauthenticated().into());
        }
        Ok(Caller::Supplier {
            certificate,
            authorization,
        })
    }

    fn has_csrf_token(&self, headers: &HeaderMap, cookies: &Cookies) -> bool {
        let token = headers.get(HEADER).and_then(|token| token.to_str().ok());
        token.is_some_and(|token| self.csrf.is_of(cookies, token))
    }
}

fn forbidden(reason: ErrorReason) -> Problem {
    Rejection::new(Code::Forbidden, reason).into()
}
