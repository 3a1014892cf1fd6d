//! Files in chunks.

use jiff::SignedDuration;
use platform::auth::{ClientPrincipal, Principal, Thumbprint};
use platform::grpc::Rejection;
use platform::jobs::Runner;
use platform::uploads::{
    Chunk, MAX_CHUNK, PurgeUploads, UploadError, Uploads, UploadsConfig, UploadsService,
};
use proto::errors::v1::ErrorReason;
use proto::uploads::v1::UploadChunkRequest;
use proto::uploads::v1::upload_service_server::UploadService as _;
use support::eventually;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::stand::{DEADLINE, Stand};

const OWNER: &str = "account:1";
const FILE: Uuid = Uuid::from_u128(1);

struct Desk {
    stand: Stand,
    uploads: Uploads,
}

#[tokio::test]
async fn chunks_make_the_file_for_its_owner() {
    let desk = Desk::new().await;

    assert_eq!(desk.append(0, b"first ").await.unwrap(), 6);
    assert_eq!(desk.append(6, b"second").await.unwrap(), 12);

    assert_eq!(desk.read(OWNER).await.unwrap(), b"first second");
}

#[tokio::test]
async fn a_repeated_chunk_changes_nothing() {
    let desk = Desk::new().await;
    desk.append(0, b"first ").await.unwrap();
    desk.append(6, b"second").await.unwrap();

    assert_eq!(desk.append(0, b"first ").await.unwrap(), 12);
    assert_eq!(desk.append(6, b"second").await.unwrap(), 12);

    assert_eq!(desk.read(OWNER).await.unwrap(), b"first second");
}

#[tokio::test]
async fn a_chunk_that_neither_continues_nor_repeats_is_refused() {
    let desk = Desk::new().await;
    desk.append(0, b"first ").await.unwrap();
    let refusals = [
        (7, b"gap".as_slice()),
        (0, b"other ".as_slice()),
        (3, b"st ".as_slice()),
    ];

    for (offset, content) in refusals {
        let refused = desk.append(offset, content).await;
        assert!(
            matches!(refused, Err(UploadError::OffsetWrong { received: 6 })),
            "{offset}: {refused:?}"
        );
    }
    assert_eq!(desk.read(OWNER).await.unwrap(), b"first ");
}

#[tokio::test]
async fn a_file_begins_at_its_beginning() {
    let desk = Desk::new().await;

    assert!(matches!(
        desk.append(6, b"second").await,
        Err(UploadError::Unknown)
    ));
}

#[tokio::test]
async fn a_file_of_another_is_as_unknown_as_none() {
    let desk = Desk::new().await;
    desk.append(0, b"first ").await.unwrap();

    let added = desk.uploads.append("account:2", chunk(6, b"second")).await;
    let begun = desk.uploads.append("account:2", chunk(0, b"first ")).await;

    assert!(matches!(added, Err(UploadError::Unknown)));
    assert!(matches!(begun, Err(UploadError::Unknown)));
    assert!(matches!(desk.read("account:2").await, Err(UploadError::Unknown)));
    assert_eq!(desk.read(OWNER).await.unwrap(), b"first ");
}

#[tokio::test]
async fn a_chunk_has_at_least_one_byte_and_at_most_a_mebibyte() {
    let desk = Desk::new().await;

    assert!(matches!(desk.append(0, b"").await, Err(UploadError::ChunkEmpty)));
    assert!(matches!(
        desk.append(0, &vec![0; MAX_CHUNK + 1]).await,
        Err(UploadError::ChunkTooLarge)
    ));
    assert_eq!(desk.append(0, &vec![0; MAX_CHUNK]).await.unwrap(), 1_048_576);
}

#[tokio::test]
async fn a_file_stops_at_the_limit_and_keeps_what_it_has() {
    let desk = Desk::new().await;
    desk.append(0, &[0; 60]).await.unwrap();

    let refused = desk.append(60, &vec![0; MAX_CHUNK]).await;

    assert!(
        matches!(refused, Err(UploadError::TooLarge { limit: 1_048_576 })),
        "{refused:?}"
    );
    assert_eq!(desk.read(OWNER).await.unwrap().len(), 60);
}

#[tokio::test]
async fn a_principal_may_have_so_many_files_open() {
    let desk = Desk::new().await;
    for id in 1..=3 {
        let chunk = Chunk {
            upload_id: Uuid::from_u128(id),
            offset: 0,
            content: b"a",
        };
        desk.uploads.append(OWNER, chunk).await.unwrap();
    }

    let fourth = Chunk {
        upload_id: Uuid::from_u128(4),
        offset: 0,
        content: b"a",
    };

    assert!(matches!(
        desk.uploads.append(OWNER, fourth).await,
        Err(UploadError::TooMany)
    ));
    assert_eq!(desk.uploads.append("account:2", fourth).await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_is_sealed_in_the_table() {
    let desk = Desk::new().await;
    desk.append(0, b"content of a person").await.unwrap();

    let stored: String = sqlx::query_scalar("select encode(sealed, 'escape') from platform.upload_chunks")
        .fetch_one(desk.stand.database.pool())
        .await
        .unwrap();

    assert!(!stored.contains("content"), "{stored}");
}

#[tokio::test]
async fn a_used_file_is_gone_with_its_chunks() {
    let desk = Desk::new().await;
    desk.append(0, b"content").await.unwrap();

    let used: Result<(), UploadError> = desk
        .stand
        .database
        .transaction("test.use", async |tx| {
            desk.uploads.read(tx, OWNER, FILE).await?;
            desk.uploads.delete(tx, FILE).await
        })
        .await;

    used.unwrap();
    assert_eq!(desk.stored_chunks().await, 0);
    assert!(matches!(desk.read(OWNER).await, Err(UploadError::Unknown)));
}

#[tokio::test]
async fn a_file_that_nobody_uses_is_unknown_after_a_day_and_then_deleted() {
    let desk = Desk::new().await;
    desk.append(0, b"content").await.unwrap();
    desk.stand.clock.advance(SignedDuration::from_hours(24));
    assert!(matches!(desk.read(OWNER).await, Err(UploadError::Unknown)));
    let database = &desk.stand.database;
    let runner =
        Runner::new(database.clone(), desk.stand.entropy.clone()).with(PurgeUploads(database.clone()));
    let stopping = CancellationToken::new();

    let purged = async {
        eventually(DEADLINE, || async { desk.stored_chunks().await == 0 }).await;
        stopping.cancel();
    };

    tokio::join!(purged, async { runner.run(stopping.clone()).await.unwrap() });
}

#[tokio::test]
async fn the_call_answers_how_much_has_arrived() {
    let desk = Desk::new().await;

    let answer = desk.call(FILE.to_string(), 0, b"content").await.unwrap();

    assert_eq!(answer, 7);
}

#[tokio::test]
async fn the_call_names_every_wrong_field() {
    let desk = Desk::new().await;

    let refused = desk.call("no id".to_owned(), -1, b"content").await.unwrap_err();

    let paths: Vec<_> = refused
        .violations()
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(refused.reason(), ErrorReason::FieldsInvalid);
    assert_eq!(paths, ["upload_id", "offset"]);
}

// === impl Desk ===

impl Desk {
    async fn new() -> Self {
        let stand = Stand::new().await;
        let config = UploadsConfig {
            max_bytes: 1_048_576,
            max_open: 3,
        };
        let uploads = Uploads::new(stand.database.clone(), stand.keys().await, config);
        Self { stand, uploads }
    }

    async fn append(&self, offset: i64, content: &[u8]) -> Result<i64, UploadError> {
        self.uploads.append(OWNER, chunk(offset, content)).await
    }

    async fn read(&self, owner: &str) -> Result<Vec<u8>, UploadError> {
        let read = async |tx: &mut platform::db::Tx| self.uploads.read(tx, owner, FILE).await;
        self.stand
            .database
            .transaction("test.read", read)
            .await
            .map(|content| content.to_vec())
    }

    async fn stored_chunks(&self) -> i64 {
        let count = sqlx::query_scalar("select count(*) from platform.upload_chunks");
        count.fetch_one(self.stand.database.pool()).await.unwrap()
    }

    async fn call(&self, upload_id: String, offset: i64, content: &'static [u8]) -> Result<i64, Rejection> {
        let message = UploadChunkRequest {
            upload_id,
            offset,
            content: content.into(),
        };
        let mut request = tonic::Request::new(message);
        request
            .extensions_mut()
            .insert(Principal::AgencyClient(ClientPrincipal {
                client_id: Uuid::from_u128(2),
                organisation_id: Uuid::from_u128(3),
                certificate: Thumbprint([0; 32]),
            }));
        let answer = UploadsService::new(self.uploads.clone())
            .upload_chunk(request)
            .await;
        answer
            .map(|answer| answer.get_ref().received)
            .map_err(|status| Rejection::from_status(&status))
    }
}

fn chunk(offset: i64, content: &[u8]) -> Chunk<'_> {
    Chunk {
        upload_id: FILE,
        offset,
        content,
    }
}
