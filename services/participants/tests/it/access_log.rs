//! Who has read what, as the participant sees it.

use participants::events::on_access::OnAccess;
use platform::consumer::{LogEvent, LogHandler as _};
use platform::grpc::convert::to_timestamp;
use proto::audit::events::v1::AccessRecorded;
use proto::errors::v1::ErrorReason;
use proto::participants::v1::*;
use proto::types::v1::PageRequest;
use uuid::Uuid;

use crate::stand::*;

const PERSON: Uuid = Uuid::from_u128(1);
const FORMER: Uuid = Uuid::from_u128(2);
const SOMEBODY_ELSE: Uuid = Uuid::from_u128(3);

async fn tell(stand: &Stand, n: u128, person: Uuid, at: &str) {
    let read = AccessRecorded {
        access_id: Uuid::from_u128(n).to_string(),
        person_id: person.to_string(),
        organisation_id: FIRST.to_string(),
        role: "provider_staff".to_owned(),
        purpose: "report_and_plan".to_owned(),
        data_kind: "placement".to_owned(),
        at: Some(to_timestamp(at.parse().unwrap())),
    };
    let key = person.to_string();
    stand
        .apply(async |tx| {
            let event = LogEvent {
                event_id: Uuid::from_u128(n),
                key: &key,
                record_type: None,
            };
            OnAccess.apply(tx, event, read.clone()).await
        })
        .await
        .unwrap();
}

async fn page(caller: &Caller, size: i32, token: &str) -> ListAccessesResponse {
    let page = PageRequest {
        size,
        token: token.to_owned(),
    };
    let request = caller.request(ListAccessesRequest { page: Some(page) });
    caller
        .access_log()
        .list_accesses(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn participants_see_reads_under_every_id_of_theirs_newest_first() {
    let world = World::new().await;
    tell(&world.stand, 11, PERSON, "2026-02-01T08:00:00Z").await;
    tell(&world.stand, 12, FORMER, "2026-02-03T08:00:00Z").await;
    tell(&world.stand, 13, PERSON, "2026-02-02T08:00:00Z").await;
    tell(&world.stand, 14, SOMEBODY_ELSE, "2026-02-02T08:00:00Z").await;
    tell(&world.stand, 13, PERSON, "2026-02-02T08:00:00Z").await;

    let caller = world.stand.participant(PERSON, vec![FORMER]);
    let first = page(&caller, 2, "").await;
    let second = page(&caller, 2, &first.page.as_ref().unwrap().next_token).await;

    let of = |accesses: &[Access]| accesses.iter().map(|it| it.access_id.clone()).collect::<Vec<_>>();
    assert_eq!(
        of(&first.accesses),
        [12, 13].map(|n| Uuid::from_u128(n).to_string())
    );
    assert_eq!(of(&second.accesses), [Uuid::from_u128(11).to_string()]);
    assert!(second.page.unwrap().next_token.is_empty());
    let read = &first.accesses[0];
    assert_eq!(
        (&*read.role, &*read.purpose, &*read.data_kind),
        ("provider_staff", "report_and_plan", "placement")
    );
    assert_eq!(read.organisation_id, FIRST.to_string());
}

#[tokio::test]
async fn nobody_else_sees_the_log() {
    let world = World::new().await;
    for caller in [&world.lead, &world.system, &world.agency] {
        let request = caller.request(ListAccessesRequest::default());
        let refusal = refusal(caller.access_log().list_accesses(request).await);
        assert_eq!(refusal.reason(), ErrorReason::CallerNotAllowed);
    }
}
