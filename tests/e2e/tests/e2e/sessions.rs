//! Signing in, being signed in and signing out, through identity and staff as browsers and phones use them.

use anyhow::{Context, Result, ensure};
use e2e::world::World;
use journey::gateway::from_browser;
use journey::{Gateway, Phone, SignIn, StaffMember};
use proto::identity::v1::{
    BankidMessage, CancelSignInRequest, Device, EndSessionRequest, FlowState, Portal, SignOutRequest,
    StartSignInRequest, session_service_client::SessionServiceClient,
    sign_in_service_client::SignInServiceClient,
};
use proto::types::v1::Language;
use support::people::{PEOPLE, Person};
use tonic::{Code, Status};

const ONE: Person = PEOPLE[0];
const OTHER: Person = PEOPLE[2];
const BACK: &str = "https://localhost:7401/back#nonce=fixed";

struct Scene {
    world: World,
    gateway: Gateway,
    phone: Phone,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_by_code_or_on_the_same_device_and_are_let_in_until_they_sign_out() -> Result<()> {
    let scene = Scene::set().await?;
    scene.a_scanned_code_signs_in_and_staff_takes_the_token().await?;
    scene.the_app_on_the_same_device_signs_in().await?;
    scene.a_cancelled_sign_in_is_over().await?;
    scene.a_sign_in_cancelled_in_the_app_is_over().await?;
    scene.signing_out_ends_access().await?;
    scene.a_session_is_ended_by_its_own_person_alone().await?;
    scene.world.stop().await
}

impl Scene {
    async fn set() -> Result<Self> {
        let world = World::bare("sessions").await?;
        Ok(Self {
            gateway: world.gateway()?,
            phone: Phone::new(&world.places.phone),
            world,
        })
    }

    async fn a_scanned_code_signs_in_and_staff_takes_the_token(&self) -> Result<()> {
        let member = StaffMember::sign_in(&self.gateway, &ONE).await?;
        let accounts = member.accounts().await.context("staff refuses the token")?;
        ensure!(accounts.is_empty(), "somebody has accounts: {accounts:?}");
        Ok(())
    }

    async fn the_app_on_the_same_device_signs_in(&self) -> Result<()> {
        let request = StartSignInRequest {
            portal: Portal::Participant.into(),
            device: Device::SameMobile.into(),
            language: Language::En.into(),
            return_url: BACK.to_owned(),
        };
        let started = self
            .sign_ins()
            .start_sign_in(from_browser(request))
            .await?
            .into_inner();
        let flow = started.flow.context("a flow")?;
        ensure!(
            flow.qr_text.is_empty(),
            "a code is shown on the device that has the app"
        );
        self.phone.start_and_approve(&flow.autostart_token, &ONE).await?;
        let flow_token = started.flow_token;
        let session = self.gateway.wait(&SignIn { flow, flow_token }).await?;
        self.gateway.exchange(&session.reference_token).await?;
        Ok(())
    }

    async fn a_cancelled_sign_in_is_over(&self) -> Result<()> {
        let sign_in = self.gateway.start_sign_in(Portal::Staff).await?;
        let shown = self.gateway.look(&sign_in).await?.flow.context("a flow")?;
        let request = CancelSignInRequest {
            flow_id: sign_in.flow.flow_id.clone(),
            flow_token: sign_in.flow_token.clone(),
        };
        self.sign_ins()
            .cancel_sign_in(from_browser(request.clone()))
            .await?;
        self.ends_with(&sign_in, BankidMessage::Cancelled).await?;
        let approved = self.phone.scan_and_approve(&shown.qr_text, &ONE).await;
        ensure!(approved.is_err(), "a cancelled order was approved");
        self.sign_ins().cancel_sign_in(from_browser(request)).await?;
        self.ends_with(&sign_in, BankidMessage::Cancelled).await
    }

    async fn a_sign_in_cancelled_in_the_app_is_over(&self) -> Result<()> {
        let sign_in = self.gateway.start_sign_in(Portal::Staff).await?;
        let shown = self.gateway.look(&sign_in).await?.flow.context("a flow")?;
        self.phone.scan_and_cancel(&shown.qr_text, &ONE).await?;
        let outcome = self.gateway.wait(&sign_in).await;
        ensure!(outcome.is_err(), "a cancelled sign-in gave {outcome:?}");
        self.ends_with(&sign_in, BankidMessage::CancelledByUser).await
    }

    async fn signing_out_ends_access(&self) -> Result<()> {
        let session = self.gateway.sign_in(&ONE, Portal::Staff).await?;
        self.gateway.exchange(&session.reference_token).await?;
        for _ in 0..2 {
            let reference_token = session.reference_token.clone();
            let request = SignOutRequest { reference_token };
            self.sessions().sign_out(from_browser(request)).await?;
        }
        self.is_over(&session.reference_token).await
    }

    async fn a_session_is_ended_by_its_own_person_alone(&self) -> Result<()> {
        let session = self.gateway.sign_in(&ONE, Portal::Participant).await?;
        let [one, other] = [
            StaffMember::sign_in(&self.gateway, &ONE).await?,
            StaffMember::sign_in(&self.gateway, &OTHER).await?,
        ];
        let refused = self.end(&other, &session.session_id).await;
        let code = refused.as_ref().err().map(Status::code);
        ensure!(code == Some(Code::NotFound), "another's session: {refused:?}");
        self.gateway.exchange(&session.reference_token).await?;
        self.end(&one, &session.session_id).await?;
        self.is_over(&session.reference_token).await
    }

    async fn end(&self, member: &StaffMember, session_id: &str) -> Result<(), Status> {
        let session_id = session_id.to_owned();
        let request = member.ask(EndSessionRequest { session_id });
        self.sessions().end_session(request).await.map(drop)
    }

    async fn ends_with(&self, sign_in: &SignIn, message: BankidMessage) -> Result<()> {
        let answer = self.gateway.look(sign_in).await?;
        let flow = answer.flow.context("a flow")?;
        let has_failed = flow.state() == FlowState::Failed && flow.message() == message;
        ensure!(
            has_failed && answer.session.is_none(),
            "ended otherwise: {flow:?}"
        );
        Ok(())
    }

    async fn is_over(&self, reference_token: &str) -> Result<()> {
        let refused = self.gateway.exchange(reference_token).await;
        let code = refused.as_ref().err().map(Status::code);
        ensure!(
            code == Some(Code::Unauthenticated),
            "an ended session gave {refused:?}"
        );
        Ok(())
    }

    fn sessions(&self) -> SessionServiceClient<tonic::transport::Channel> {
        SessionServiceClient::new(self.gateway.identity.clone())
    }

    fn sign_ins(&self) -> SignInServiceClient<tonic::transport::Channel> {
        SignInServiceClient::new(self.gateway.identity.clone())
    }
}
