//! `AccountService`.

use jiff::Timestamp;
use platform::grpc::convert::{id, page};
use platform::grpc::{Fields, Rejection};
use proto::staff::v1 as pb;
use proto::staff::v1::account_service_server::AccountService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::account::Account;
use crate::domain::calendar::day_of;
use crate::domain::ids::AccountId;
use crate::queries;
use crate::store::accounts::Search;

const LONGEST_SEARCH: usize = 200;

/// The adapter.
#[derive(Clone)]
pub struct Accounts(pub Commands);

impl Accounts {
    fn now(&self) -> Timestamp {
        self.0.database.now()
    }

    async fn invite(
        &self,
        request: Request<pb::InviteColleagueRequest>,
    ) -> Result<pb::InviteColleagueResponse, Rejection> {
        let (caller, own) = (callers::caller(&request)?, callers::own(&request)?);
        let asked = convert::invite_colleague(request.get_ref(), own, day_of(self.now()))?;
        let once = Once {
            method: "deltaga.staff.v1.AccountService/InviteColleague",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self.0.invite_colleague(&caller, once, &asked.input).await?)
    }

    async fn accept(&self, request: Request<pb::AcceptInvitationRequest>) -> Result<Account, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::who(&request)?);
        let (account, invitation) = convert::accept_invitation(request.get_ref())?;
        Ok(self
            .0
            .accept_invitation(&caller, &who, account, invitation)
            .await?)
    }

    async fn confirm(&self, request: Request<pb::ConfirmAccountRequest>) -> Result<Account, Rejection> {
        let (caller, own) = (callers::caller(&request)?, callers::own(&request)?);
        Ok(self
            .0
            .confirm_account(&caller, own, account_id(&request.get_ref().account_id)?)
            .await?)
    }

    async fn list(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Result<pb::ListAccountsResponse, Rejection> {
        let own = callers::own(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let name = fields.check(platform::grpc::convert::optional_text(
            "name_contains",
            &asked.name_contains,
            LONGEST_SEARCH,
        ));
        let list = ("accounts", own, asked.name_contains.trim(), asked.include_ended);
        let page = fields.check(page::<AccountId>("page", asked.page.as_ref(), &list));
        let (Some(name), Some(page)) = (name, page) else {
            return Err(fields.reject());
        };
        let search = Search {
            organisation: own,
            name_contains: name.as_deref().unwrap_or_default(),
            with_ended: asked.include_ended,
            after: page.after,
            limit: page.limit(),
        };
        let mut accounts = queries::accounts::search(&self.0.database, &search).await?;
        let next = page.close(&mut accounts, |account| account.id);
        Ok(pb::ListAccountsResponse {
            accounts: accounts.iter().map(convert::account).collect(),
            page: Some(next),
        })
    }

    async fn get(&self, request: Request<pb::GetAccountRequest>) -> Result<Account, Rejection> {
        let own = callers::own(&request)?;
        Ok(queries::accounts::get(&self.0.database, own, account_id(&request.get_ref().account_id)?).await?)
    }

    async fn batch(&self, request: Request<pb::BatchGetAccountsRequest>) -> Result<Vec<Account>, Rejection> {
        let own = callers::own(&request)?;
        let ids = convert::batch_ids(request.get_ref())?;
        Ok(queries::accounts::batch(&self.0.database, own, &ids).await?)
    }

    async fn update(
        &self,
        request: Request<pb::UpdateAccountRequest>,
    ) -> Result<pb::UpdateAccountResponse, Rejection> {
        let (caller, own) = (callers::caller(&request)?, callers::own(&request)?);
        let (account, asked) = convert::update_account(request.get_ref())?;
        let once = Once {
            method: "deltaga.staff.v1.AccountService/UpdateAccount",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self
            .0
            .update_account(&caller, once, own, account, &asked.input)
            .await?)
    }

    async fn end(&self, request: Request<pb::EndAccountRequest>) -> Result<Account, Rejection> {
        let caller = callers::caller(&request)?;
        let rights = callers::ending_rights(&request, self.now())?;
        Ok(self
            .0
            .end_account(&caller, rights, account_id(&request.get_ref().account_id)?)
            .await?)
    }
}

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn list_my_accounts(
        &self,
        request: Request<pb::ListMyAccountsRequest>,
    ) -> Result<Response<pb::ListMyAccountsResponse>, Status> {
        let who = callers::who(&request)?;
        let accounts = queries::accounts::own_accounts(&self.0.database, &who)
            .await
            .map_err(Rejection::from)?;
        let accounts = accounts.iter().map(convert::my_account).collect();
        Ok(Response::new(pb::ListMyAccountsResponse { accounts }))
    }

    async fn invite_colleague(
        &self,
        request: Request<pb::InviteColleagueRequest>,
    ) -> Result<Response<pb::InviteColleagueResponse>, Status> {
        Ok(Response::new(self.invite(request).await?))
    }

    async fn accept_invitation(
        &self,
        request: Request<pb::AcceptInvitationRequest>,
    ) -> Result<Response<pb::AcceptInvitationResponse>, Status> {
        let account = Some(convert::account(&self.accept(request).await?));
        Ok(Response::new(pb::AcceptInvitationResponse { account }))
    }

    async fn confirm_account(
        &self,
        request: Request<pb::ConfirmAccountRequest>,
    ) -> Result<Response<pb::ConfirmAccountResponse>, Status> {
        let account = Some(convert::account(&self.confirm(request).await?));
        Ok(Response::new(pb::ConfirmAccountResponse { account }))
    }

    async fn list_accounts(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Result<Response<pb::ListAccountsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_account(
        &self,
        request: Request<pb::GetAccountRequest>,
    ) -> Result<Response<pb::GetAccountResponse>, Status> {
        let account = Some(convert::account(&self.get(request).await?));
        Ok(Response::new(pb::GetAccountResponse { account }))
    }

    async fn batch_get_accounts(
        &self,
        request: Request<pb::BatchGetAccountsRequest>,
    ) -> Result<Response<pb::BatchGetAccountsResponse>, Status> {
        let accounts = self
            .batch(request)
            .await?
            .iter()
            .map(convert::account_name)
            .collect();
        Ok(Response::new(pb::BatchGetAccountsResponse { accounts }))
    }

    async fn update_account(
        &self,
        request: Request<pb::UpdateAccountRequest>,
    ) -> Result<Response<pb::UpdateAccountResponse>, Status> {
        Ok(Response::new(self.update(request).await?))
    }

    async fn end_account(
        &self,
        request: Request<pb::EndAccountRequest>,
    ) -> Result<Response<pb::EndAccountResponse>, Status> {
        let account = Some(convert::account(&self.end(request).await?));
        Ok(Response::new(pb::EndAccountResponse { account }))
    }
}

fn account_id(text: &str) -> Result<AccountId, Rejection> {
    id("account_id", text).map_err(|violation| Rejection::invalid().fields([violation]))
}
