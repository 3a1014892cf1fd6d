//! Registering numbers and resolving persons.

use futures::future::join_all;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_client::PersonServiceClient;
use support::people::PEOPLE;
use tonic::transport::Channel;

use crate::contacts::{EMAIL, PHONE, give_contacts};
use crate::flows::sign_in;
use crate::stand::{Stand, refusal, violations};

type Persons = PersonServiceClient<Channel>;

async fn register(channel: &Channel, numbers: &[&str]) -> Result<Vec<String>, tonic::Status> {
    let request = pb::RegisterPersonsRequest {
        numbers: numbers.iter().map(ToString::to_string).collect(),
    };
    let answer = Persons::new(channel.clone()).register_persons(request).await?;
    Ok(answer.into_inner().person_ids)
}

async fn resolve(
    channel: &Channel,
    person_ids: Vec<String>,
) -> Result<Vec<pb::ResolvePersonsResponse>, tonic::Status> {
    let request = pb::ResolvePersonsRequest {
        person_ids,
        purpose: "export_row".to_owned(),
    };
    let mut stream = Persons::new(channel.clone())
        .resolve_persons(request)
        .await?
        .into_inner();
    let mut persons = Vec::new();
    while let Some(person) = stream.message().await? {
        persons.push(person);
    }
    Ok(persons)
}

async fn count(stand: &Stand, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(&stand.pool().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_number_is_the_same_person_in_every_spelling() {
    let stand = Stand::new().await;
    let staff = stand.channel("staff").await;
    let ids = register(&staff, &["19850709-9854", "850709-9854", "19720175-9920"])
        .await
        .unwrap();

    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(
        register(&staff, &["198507099854"]).await.unwrap(),
        [ids[0].clone()]
    );
    assert_eq!(count(&stand, "select count(*) from persons").await, 2);
    assert_eq!(
        count(
            &stand,
            "select count(*) from platform.outbox where topic = 'identity.person.v1'"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn rivals_for_the_same_numbers_end_with_the_same_persons() {
    let stand = Stand::new().await;
    let staff = stand.channel("staff").await;
    let numbers: Vec<&str> = PEOPLE.iter().map(|person| person.number).collect();
    let batches = (0..8).map(|turn| {
        let mut batch = numbers.clone();
        batch.rotate_left(turn);
        let staff = staff.clone();
        async move {
            let ids = register(&staff, &batch).await.unwrap();
            let mut pairs: Vec<_> = batch.into_iter().zip(ids).collect();
            pairs.sort();
            pairs
        }
    });

    let answers = join_all(batches).await;

    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(count(&stand, "select count(*) from persons").await, 15);
}

#[tokio::test]
async fn one_wrong_number_refuses_the_batch_and_names_each_field() {
    let stand = Stand::new().await;
    let staff = stand.channel("staff").await;
    let numbers = [
        "19850709-9854",
        "19701003-2391",
        "19901301-1111",
        "abc",
        "8507099854",
    ];

    let refused = refusal(register(&staff, &numbers).await);

    assert_eq!(
        violations(&refused),
        [
            ("numbers[1]".to_owned(), ErrorReason::NumberCheckDigitWrong),
            ("numbers[2]".to_owned(), ErrorReason::NumberDateImpossible),
            ("numbers[3]".to_owned(), ErrorReason::NumberMalformed),
            ("numbers[4]".to_owned(), ErrorReason::NumberCenturyAmbiguous),
        ]
    );
    assert_eq!(count(&stand, "select count(*) from persons").await, 0);
}

#[tokio::test]
async fn resolving_gives_number_and_name_and_leaves_an_audit_line() {
    let stand = Stand::new().await;
    let (export, gateway) = (stand.channel("export").await, stand.channel("gateway").await);
    sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let staff = stand.channel("staff").await;
    let ids = register(&staff, &["19450312-9803", "19850709-9854"])
        .await
        .unwrap();

    let persons = resolve(&export, ids.clone()).await.unwrap();

    assert_eq!(
        (persons[0].number.as_str(), persons[0].given_name.as_str()),
        ("194503129803", "ALVA")
    );
    assert_eq!(
        (persons[1].number.as_str(), persons[1].given_name.as_str()),
        ("198507099854", "")
    );
    let lines = "select count(*) from platform.audit_lines where action = 'identity.resolve_persons' and actor_id = 'export'";
    assert_eq!(count(&stand, lines).await, 2);
}

#[tokio::test]
async fn unknown_ids_are_left_out() {
    let stand = Stand::new().await;
    let export = stand.channel("export").await;
    let unknown = uuid::Uuid::from_u128(9).to_string();
    assert!(resolve(&export, vec![unknown]).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_those_who_need_numbers_get_them() {
    let stand = Stand::new().await;
    let staff = stand.channel("staff").await;
    assert_eq!(
        refusal(resolve(&staff, vec![uuid::Uuid::from_u128(9).to_string()]).await).code(),
        Code::Forbidden
    );
    let consent = stand.channel("consent").await;
    assert_eq!(
        refusal(register(&consent, &["19850709-9854"]).await).code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn no_number_name_or_address_lies_open_in_the_database() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    give_contacts(&gateway, &alva.access_token).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'platform')",
    )
    .fetch_all(&stand.pool().await)
    .await
    .unwrap();
    for table in tables {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
                .fetch_all(&stand.pool().await)
                .await
                .unwrap();
        let hex_of_number = hex::encode("194503129803");
        for secret in [
            "9803",
            "ALVA",
            "PROVBERG",
            hex_of_number.as_str(),
            "192.0.2.1",
            "Testbrowser",
            EMAIL,
            PHONE,
        ] {
            let is_open =
                |row: &String| row.contains("19450312") || (secret != "9803" && row.contains(secret));
            assert!(!rows.iter().any(is_open), "{table} shows {secret}");
        }
    }
}
