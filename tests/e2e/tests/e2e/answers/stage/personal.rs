//! What is a caller's own: session, flow, signature, file, or what a service has asked identity for.

use anyhow::{Context, Result};
use journey::{Gateway, new_id};
use proto::identity::v1::{InviteResponse, Portal, PrepareSignatureResponse, StartSigningResponse};

use super::{Stage, upload};
use crate::answers::callers::{Caller, Kind, Server};
use crate::answers::samples::{Objects, invite_as_service, prepare, start_signing};

const PREPARE: &str = "deltaga.identity.v1.SigningService/PrepareSignature";
const START: &str = "deltaga.identity.v1.SigningService/StartSigning";
const INVITE: &str = "deltaga.identity.v1.InvitationService/Invite";
const SIGNING: &str = "participants";

impl Stage {
    /// The same things with those of the caller among them.
    pub async fn with_own(&self, caller: &Caller, about: &Objects) -> Result<Objects> {
        match caller.kind {
            Kind::Person => self.persons(caller, about).await,
            Kind::Service(name) => self.services(caller, name, about).await,
            Kind::Machine => Ok(Objects {
                chunk_of: new_id(),
                ..about.clone()
            }),
        }
    }

    /// The same with a file that the caller may import, for those who may.
    pub async fn with_file(&self, caller: &Caller, about: Objects) -> Result<Objects> {
        Ok(Objects {
            upload: upload(caller).await?,
            ..about
        })
    }

    async fn persons(&self, caller: &Caller, about: &Objects) -> Result<Objects> {
        let claims = caller.claims()?;
        let (signature, started) = (new_id(), new_id());
        let participants = Caller::service(&self.world.places, SIGNING)?;
        for id in [&signature, &started] {
            let request = prepare(id, &claims.sub, SIGNING);
            participants
                .ask::<PrepareSignatureResponse>(Server::Identity, PREPARE, &request)
                .await?;
        }
        let flow: StartSigningResponse = caller
            .ask(Server::Identity, START, &start_signing(&started))
            .await?;
        Ok(Objects {
            session: claims.sid,
            signature,
            flow: flow.flow.context("a flow")?.flow_id,
            chunk_of: new_id(),
            ..about.clone()
        })
    }

    async fn services(&self, caller: &Caller, name: &str, about: &Objects) -> Result<Objects> {
        let mut objects = Objects {
            context: name.to_owned(),
            ..about.clone()
        };
        match name {
            "gateway" => {
                let begun = Gateway::open(&self.world.places)?
                    .start_sign_in(Portal::Staff)
                    .await?;
                (objects.flow, objects.flow_token) = (begun.flow.flow_id, begun.flow_token);
            }
            "participants" | "staff" => {
                objects.invitation = new_id();
                let request = invite_as_service(&objects.invitation);
                caller
                    .ask::<InviteResponse>(Server::Identity, INVITE, &request)
                    .await?;
            }
            _ => {}
        }
        if ["participants", "attendance", "consent"].contains(&name) {
            objects.signature = new_id();
            let request = prepare(&objects.signature, &about.person, name);
            caller
                .ask::<PrepareSignatureResponse>(Server::Identity, PREPARE, &request)
                .await?;
        }
        Ok(objects)
    }
}
