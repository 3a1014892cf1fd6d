//! `NameService`.

use platform::grpc::Rejection;
use proto::staff::v1 as pb;
use proto::staff::v1::name_service_server::NameService;
use tonic::{Request, Response, Status};

use super::convert;
use crate::commands::Commands;
use crate::domain::calendar::day_of;
use crate::queries;

/// The adapter.
#[derive(Clone)]
pub struct Names(pub Commands);

impl Names {
    async fn batch(
        &self,
        request: &pb::BatchGetNamesRequest,
    ) -> Result<pb::BatchGetNamesResponse, Rejection> {
        let wanted = convert::wanted_names(request)?;
        let named = queries::names::batch(&self.0.database, &wanted).await?;
        let today = day_of(self.0.database.now());
        let contacts = named.accounts.iter().filter_map(|account| {
            let shown = account.shown_among(&wanted.organisations, today)?;
            Some(convert::contact_name(account, &shown))
        });
        Ok(pb::BatchGetNamesResponse {
            organisations: named
                .organisations
                .iter()
                .map(convert::organisation_name)
                .collect(),
            units: named.units.iter().map(convert::unit_name).collect(),
            contacts: contacts.collect(),
        })
    }
}

#[tonic::async_trait]
impl NameService for Names {
    async fn batch_get_names(
        &self,
        request: Request<pb::BatchGetNamesRequest>,
    ) -> Result<Response<pb::BatchGetNamesResponse>, Status> {
        Ok(Response::new(self.batch(request.get_ref()).await?))
    }
}
