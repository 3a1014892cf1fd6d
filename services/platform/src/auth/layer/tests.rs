use jiff::Timestamp;
use proto::policy::v1::{Assurance, PrincipalKind};

use super::*;
use crate::auth::Thumbprint;
use crate::auth::token::{Claims, ClientKind, Portal, Subject};

fn peer(service: Option<&str>) -> Peer {
    Peer {
        service: service.map(str::to_owned),
        thumbprint: certificate(1),
    }
}

fn certificate(number: u8) -> Thumbprint {
    Thumbprint::of(&[number])
}

fn claims(subject: Subject) -> Claims {
    Claims {
        subject,
        expires_at: Timestamp::MAX,
    }
}

fn person(portal: Portal) -> Claims {
    let who = SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: Vec::new(),
        session_id: Uuid::from_u128(2),
        assurance: Assurance::Bankid,
    };
    claims(Subject::Person { portal, who })
}

fn client(certificate: Thumbprint) -> Claims {
    claims(Subject::Client {
        kind: ClientKind::Agency,
        client_id: Uuid::from_u128(3),
        organisation_id: Uuid::from_u128(4),
        certificate,
    })
}

fn kind(peer: &Peer, claims: Option<&Claims>, forwarded: Option<&str>) -> Result<PrincipalKind, ErrorReason> {
    let principal = identify(peer, claims, forwarded);
    principal
        .map(|principal| principal.kind())
        .map_err(|error| error.reason())
}

#[test]
fn a_persons_token_counts_from_the_gateway_only() {
    let gateway = peer(Some(GATEWAY));
    assert_eq!(
        kind(&gateway, Some(&person(Portal::Staff)), None),
        Ok(PrincipalKind::Staff)
    );
    assert_eq!(
        kind(&gateway, Some(&person(Portal::Participant)), None),
        Ok(PrincipalKind::Participant)
    );
    for other in [peer(Some("staff")), peer(None)] {
        assert_eq!(
            kind(&other, Some(&person(Portal::Staff)), None),
            Err(ErrorReason::Unauthenticated)
        );
    }
}

#[test]
fn a_clients_token_counts_with_its_own_certificate_only() {
    assert_eq!(
        kind(&peer(None), Some(&client(certificate(1))), None),
        Ok(PrincipalKind::AgencyClient)
    );
    assert_eq!(
        kind(&peer(None), Some(&client(certificate(2))), None),
        Err(ErrorReason::Unauthenticated)
    );
}

#[test]
fn a_forwarded_certificate_is_believed_from_the_gateway_only() {
    let shown = certificate(9).to_string();
    let token = client(certificate(9));
    let from_gateway = kind(&peer(Some(GATEWAY)), Some(&token), Some(&shown));
    assert_eq!(from_gateway, Ok(PrincipalKind::AgencyClient));
    for other in [peer(Some("staff")), peer(None)] {
        assert_eq!(
            kind(&other, Some(&token), Some(&shown)),
            Err(ErrorReason::Unauthenticated)
        );
    }
}

#[test]
fn the_gateways_own_certificate_is_no_clients() {
    let gateway = peer(Some(GATEWAY));
    assert_eq!(
        kind(&gateway, Some(&client(certificate(1))), None),
        Err(ErrorReason::Unauthenticated)
    );
}

#[test]
fn without_a_token_the_certificate_says_who() {
    let shown = certificate(9).to_string();
    assert_eq!(
        kind(&peer(Some("export")), None, None),
        Ok(PrincipalKind::Service)
    );
    assert_eq!(kind(&peer(None), None, None), Ok(PrincipalKind::Certificate));
    assert_eq!(
        kind(&peer(Some(GATEWAY)), None, Some(&shown)),
        Ok(PrincipalKind::Certificate)
    );
    assert_eq!(
        kind(&peer(Some("staff")), None, Some(&shown)),
        Ok(PrincipalKind::Service)
    );
}

#[test]
fn a_forwarded_certificate_must_be_a_thumbprint() {
    assert_eq!(
        kind(&peer(Some(GATEWAY)), None, Some("yes")),
        Err(ErrorReason::Unauthenticated)
    );
}

#[test]
fn the_revision_of_the_account_is_found_among_others() {
    let account = Uuid::from_u128(5);
    let text = format!("staff.unit.v1/{account}@9.9, staff.account.v1/{account}@2.17");
    assert_eq!(seen_revision(&text, account), Some(Revision { epoch: 2, n: 17 }));
    assert_eq!(seen_revision(&text, Uuid::from_u128(6)), None);
    assert_eq!(seen_revision("staff.account.v1/@,,@.", account), None);
}

#[test]
fn a_header_that_stands_twice_is_refused() {
    let mut headers = HeaderMap::new();
    headers.append(ACCOUNT, "a".parse().unwrap());
    assert!(text(&headers, ACCOUNT).is_ok());
    headers.append(ACCOUNT, "b".parse().unwrap());
    assert!(text(&headers, ACCOUNT).is_err());
}

#[test]
fn another_scheme_than_bearer_is_refused() {
    let headers = HeaderMap::from_iter([(AUTHORIZATION.parse().unwrap(), "Basic YTpi".parse().unwrap())]);
    assert!(bearer(&headers).is_err());
}

proptest::proptest! {
    #[test]
    fn withstands_any_seen_revision(text in "[a-z0-9.@/, -]{0,120}") {
        let _ = seen_revision(&text, Uuid::from_u128(5));
    }
}
