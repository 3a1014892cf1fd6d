//! What the person's device can do with an order, and what becomes of it.

use super::*;
use crate::completion::{CompletionData, Device, User};
use crate::hint::FailedHint;
use crate::order::OrderKind;
use crate::order::approval::Judgement;
use crate::order::book::tests::{Scene, spec, spec_for};
use crate::order::collect::Status;
use crate::people::Risk;
use crate::qr;

/// Approves, as signing would, and says how collect answers.
fn approve(scene: &mut Scene, order_ref: &str, key: &str) -> (Status, String) {
    let person = scene.person(key);
    let wrong_person = FailedHint::CertificateErr;
    let judged = scene
        .book
        .judge(order_ref, Some(&person), &scene.people, wrong_person, scene.now)
        .unwrap();
    if let Judgement::Sign(job) = judged {
        scene
            .book
            .complete(order_ref, job.done_at, completion(&job.signer), scene.now);
    }
    scene.hint(order_ref)
}

fn completion(person: &Person) -> CompletionData {
    CompletionData {
        user: User {
            personal_number: person.personal_number.clone(),
            name: person.name(),
            given_name: person.given_name.clone(),
            surname: person.surname.clone(),
        },
        device: Device {
            ip_address: "192.0.2.1".to_owned(),
            uhi: String::new(),
        },
        bank_id_issue_date: person.issued_on.clone(),
        step_up: None,
        signature: String::new(),
        ocsp_response: String::new(),
        risk: None,
    }
}

fn complete() -> (Status, String) {
    (Status::Complete, String::new())
}

fn failed(hint: &str) -> (Status, String) {
    (Status::Failed, hint.to_owned())
}

fn pending(hint: &str) -> (Status, String) {
    (Status::Pending, hint.to_owned())
}

#[test]
fn current_code_starts_the_order_once() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    scene.pass(7);
    let shown = qr::text("qr-1", "secret-1", 7);
    assert_eq!(scene.book.scan(&shown, scene.now), Ok(order_ref.clone()));
    assert_eq!(scene.hint(&order_ref), pending("started"));
    assert_eq!(
        scene.book.scan(&shown, scene.now),
        Err(PhoneError::AlreadyStarted)
    );
}

#[test]
fn stale_forged_and_unknown_codes_start_nothing() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    scene.pass(7);
    let refused = [
        (
            qr::text("qr-1", "secret-1", 4),
            PhoneError::Qr(QrError::NotCurrent),
        ),
        (qr::text("qr-1", "guessed", 7), PhoneError::Qr(QrError::WrongMac)),
        (qr::text("qr-2", "secret-1", 7), PhoneError::NoSuchOrder),
    ];
    for (text, error) in refused {
        assert_eq!(scene.book.scan(&text, scene.now), Err(error));
    }
    assert_eq!(scene.hint(&order_ref), pending("outstandingTransaction"));
}

#[test]
fn order_cannot_be_approved_before_it_was_started() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    let person = scene.person("alva");
    let wrong_person = FailedHint::CertificateErr;
    let judged = scene
        .book
        .judge(&order_ref, Some(&person), &scene.people, wrong_person, scene.now);
    assert_eq!(judged.unwrap_err(), PhoneError::NotStarted);
}

#[test]
fn approved_order_completes() {
    let mut scene = Scene::new();
    let order_ref = scene.opened(spec(OrderKind::Auth), "alva");
    assert_eq!(approve(&mut scene, &order_ref, "alva"), complete());
}

#[test]
fn completed_order_not_collected_in_three_minutes_has_expired() {
    let mut scene = Scene::new();
    let order_ref = scene.opened(spec(OrderKind::Auth), "alva");
    scene.book.complete(
        &order_ref,
        scene.now,
        completion(&scene.person("alva")),
        scene.now,
    );
    scene.pass(180);
    assert_eq!(scene.hint(&order_ref), failed("expiredTransaction"));
}

#[test]
fn newer_order_before_the_person_replaces_the_older() {
    let mut scene = Scene::new();
    let older = scene.opened(spec(OrderKind::Auth), "alva");
    let newer = scene.opened(spec(OrderKind::Sign), "alva");
    assert_eq!(scene.hint(&older), failed("cancelled"));
    assert_eq!(scene.hint(&newer), pending("userSign"));
}

#[test]
fn other_person_than_required_cannot_approve() {
    let mut scene = Scene::new();
    let number = scene.person("alva").personal_number;
    let order_ref = scene.opened(spec_for(OrderKind::Sign, &number), "bertil");
    assert_eq!(
        approve(&mut scene, &order_ref, "bertil"),
        failed("certificateErr")
    );
}

#[test]
fn scripted_people_end_as_scripted() {
    let script = [
        ("klara", failed("certificateErr")),
        ("lennart", failed("notSupportedByUserApp")),
        ("greta", failed("cancelled")),
        ("nils", complete()),
        ("olga", complete()),
        ("henrik", pending("userSign")),
    ];
    for (key, expected) in script {
        let mut scene = Scene::new();
        let order_ref = scene.start(spec(OrderKind::Auth));
        scene.book.autostart("start-1", scene.now).unwrap();
        assert_eq!(approve(&mut scene, &order_ref, key), expected, "{key}");
    }
}

#[test]
fn slow_person_completes_when_done_and_never_after_the_deadline() {
    let mut scene = Scene::new();
    let in_time = scene.opened(spec(OrderKind::Auth), "henrik");
    approve(&mut scene, &in_time, "henrik");
    scene.pass(20);
    assert_eq!(scene.hint(&in_time), complete());
    let too_late = scene.opened(spec(OrderKind::Auth), "henrik");
    scene.pass(165);
    approve(&mut scene, &too_late, "henrik");
    scene.pass(20);
    assert_eq!(scene.hint(&too_late), failed("expiredTransaction"));
}

#[test]
fn risk_above_the_required_level_blocks_the_order() {
    for (key, accepted, expected) in [
        ("alva", Risk::Low, complete()),
        ("ida", Risk::Moderate, complete()),
        ("ida", Risk::Low, failed("transactionRiskBlocked")),
        ("jonas", Risk::Moderate, failed("transactionRiskBlocked")),
    ] {
        let mut scene = Scene::new();
        let mut spec = spec(OrderKind::Auth);
        spec.requirement.risk = Some(accepted);
        let order_ref = scene.opened(spec, key);
        assert_eq!(approve(&mut scene, &order_ref, key), expected, "{key}");
    }
}

#[test]
fn only_a_bankid_of_a_required_policy_is_accepted() {
    for (policy, expected) in [
        ("1.2.3.4.25", complete()),
        ("1.2.3.4.*", complete()),
        ("1.2.3.4.5", failed("certificateErr")),
    ] {
        let mut scene = Scene::new();
        let mut spec = spec(OrderKind::Auth);
        spec.requirement.certificate_policies = Some(vec![policy.to_owned()]);
        let order_ref = scene.opened(spec, "alva");
        assert_eq!(approve(&mut scene, &order_ref, "alva"), expected, "{policy}");
    }
}

#[test]
fn called_person_confirms_the_call_before_signing() {
    let mut scene = Scene::new();
    let person = scene.person("alva");
    let order_ref = scene.start(spec_for(OrderKind::PhoneSign, &person.personal_number));
    scene.book.open(&order_ref, &person, scene.now).unwrap();
    assert_eq!(scene.hint(&order_ref), pending("userCallConfirm"));
    scene
        .book
        .pass_step(&order_ref, Step::ConfirmCall, scene.now)
        .unwrap();
    assert_eq!(scene.hint(&order_ref), pending("userSign"));
}

#[test]
fn call_is_declined_by_hand_or_by_script() {
    let mut scene = Scene::new();
    let number = scene.person("alva").personal_number;
    let by_hand = scene.start(spec_for(OrderKind::PhoneAuth, &number));
    scene
        .book
        .decline_call(&by_hand, Some(&scene.person("alva")), scene.now)
        .unwrap();
    assert_eq!(scene.hint(&by_hand), failed("userDeclinedCall"));
    let number = scene.person("olga").personal_number;
    let by_script = scene.start(spec_for(OrderKind::PhoneAuth, &number));
    assert_eq!(
        approve(&mut scene, &by_script, "olga"),
        failed("userDeclinedCall")
    );
}

#[test]
fn call_is_invisible_on_other_phones() {
    let mut scene = Scene::new();
    let number = scene.person("alva").personal_number;
    let order_ref = scene.start(spec_for(OrderKind::PhoneAuth, &number));
    let opened = scene.book.open(&order_ref, &scene.person("bertil"), scene.now);
    assert_eq!(opened, Err(PhoneError::NotVisible));
}

#[test]
fn order_without_a_call_cannot_be_declined() {
    let mut scene = Scene::new();
    let order_ref = scene.opened(spec(OrderKind::Auth), "alva");
    assert_eq!(
        scene.book.decline_call(&order_ref, None, scene.now),
        Err(PhoneError::WrongStep)
    );
}

#[test]
fn identity_document_is_read_before_signing() {
    let mut scene = Scene::new();
    let mut spec = spec(OrderKind::Auth);
    spec.requirement.mrtd = Some(true);
    let order_ref = scene.opened(spec, "alva");
    assert_eq!(scene.hint(&order_ref), pending("userMrtd"));
    scene
        .book
        .pass_step(&order_ref, Step::ReadDocument, scene.now)
        .unwrap();
    assert_eq!(scene.hint(&order_ref), pending("userSign"));
}

#[test]
fn any_hint_can_be_forced_to_try_unknown_codes() {
    let mut scene = Scene::new();
    let order_ref = scene.opened(spec(OrderKind::Auth), "alva");
    scene
        .book
        .force(&order_ref, "processing", false, scene.now)
        .unwrap();
    assert_eq!(scene.hint(&order_ref), pending("processing"));
    scene
        .book
        .force(&order_ref, "brandNewCode", true, scene.now)
        .unwrap();
    assert_eq!(scene.hint(&order_ref), failed("brandNewCode"));
}
