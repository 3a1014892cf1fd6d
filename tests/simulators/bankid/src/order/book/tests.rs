//! Orders as the relying party sees them while time passes.

use jiff::SignedDuration;

use super::*;
use crate::api::requests::Requirement;
use crate::order::OrderKind;
use crate::order::collect::{CollectAnswer, Status};
use crate::people::People;

/// A book with a clock that tests move.
pub(in crate::order) struct Scene {
    pub book: OrderBook,
    pub now: Timestamp,
    pub people: People,
    made: u32,
}

impl Scene {
    pub fn new() -> Self {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        Self {
            book: OrderBook::default(),
            now,
            people: People::cast(),
            made: 0,
        }
    }

    pub fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub fn person(&self, key: &str) -> Person {
        self.people.find(key).unwrap().clone()
    }

    pub fn try_start(&mut self, spec: OrderSpec) -> Result<String, ApiError> {
        self.made += 1;
        let order_ref = format!("order-{}", self.made);
        let token = |kind: &str| format!("{kind}-{}", self.made);
        let tokens = Tokens {
            auto_start: token("start"),
            qr_start: token("qr"),
            qr_secret: token("secret"),
        };
        let named = spec
            .person_number()
            .and_then(|number| self.people.find(number))
            .cloned();
        let order = Order::new(order_ref.clone(), rp(), spec, tokens, self.now);
        self.book
            .start(order, named.as_ref(), self.now)
            .map(|()| order_ref)
    }

    pub fn start(&mut self, spec: OrderSpec) -> String {
        self.try_start(spec).unwrap()
    }

    /// An order that lies before the person.
    pub fn opened(&mut self, spec: OrderSpec, key: &str) -> String {
        let order_ref = self.start(spec);
        self.book
            .autostart(&order_ref.replace("order", "start"), self.now)
            .unwrap();
        self.book.open(&order_ref, &self.person(key), self.now).unwrap();
        order_ref
    }

    pub fn collect(&mut self, order_ref: &str) -> Result<CollectAnswer, ApiError> {
        self.book.collect(order_ref, &rp(), self.now)
    }

    pub fn hint(&mut self, order_ref: &str) -> (Status, String) {
        let answer = self.collect(order_ref).unwrap();
        (answer.status, answer.hint_code.unwrap_or_default())
    }
}

pub(in crate::order) fn rp() -> RelyingParty {
    RelyingParty {
        fingerprint: "f1".into(),
        subject: "CN=Deltaga".into(),
        display_name: "Deltaga".into(),
    }
}

pub(in crate::order) fn spec(kind: OrderKind) -> OrderSpec {
    OrderSpec {
        kind,
        end_user_ip: None,
        called_person: None,
        visible: Some("SGVq".to_owned()),
        hidden: None,
        format: None,
        return_url: None,
        returns_risk: false,
        requirement: Requirement::default(),
    }
}

pub(in crate::order) fn spec_for(kind: OrderKind, number: &str) -> OrderSpec {
    let mut spec = spec(kind);
    if kind.is_phone() {
        spec.called_person = Some(number.to_owned());
    } else {
        spec.requirement.personal_number = Some(number.to_owned());
    }
    spec
}

fn pending(hint: &str) -> (Status, String) {
    (Status::Pending, hint.to_owned())
}

fn failed(hint: &str) -> (Status, String) {
    (Status::Failed, hint.to_owned())
}

#[test]
fn order_not_started_within_thirty_seconds_fails_to_start() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    scene.pass(29);
    assert_eq!(scene.hint(&order_ref), pending("outstandingTransaction"));
    scene.pass(1);
    assert_eq!(scene.hint(&order_ref), failed("startFailed"));
}

#[test]
fn started_order_expires_after_three_minutes() {
    let mut scene = Scene::new();
    let order_ref = scene.opened(spec(OrderKind::Sign), "alva");
    scene.pass(179);
    assert_eq!(scene.hint(&order_ref), pending("userSign"));
    scene.pass(1);
    assert_eq!(scene.hint(&order_ref), failed("expiredTransaction"));
}

#[test]
fn failure_is_told_once() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    scene.pass(30);
    scene.collect(&order_ref).unwrap();
    assert_eq!(scene.collect(&order_ref), Err(ApiError::no_such_order()));
}

#[test]
fn order_nobody_started_is_gone_after_three_minutes_and_ten_seconds() {
    let mut scene = Scene::new();
    let (kept, gone) = (
        scene.start(spec(OrderKind::Auth)),
        scene.start(spec(OrderKind::Auth)),
    );
    scene.pass(189);
    assert_eq!(scene.hint(&kept), failed("startFailed"));
    scene.pass(1);
    assert_eq!(scene.collect(&gone), Err(ApiError::no_such_order()));
}

#[test]
fn failed_order_is_gone_after_five_minutes() {
    let mut scene = Scene::new();
    let first = scene.opened(spec(OrderKind::Auth), "alva");
    let second = scene.opened(spec(OrderKind::Auth), "bertil");
    for order_ref in [&first, &second] {
        scene.book.cancel_by_person(order_ref, None, scene.now).unwrap();
    }
    scene.pass(299);
    assert_eq!(scene.hint(&first), failed("userCancel"));
    scene.pass(1);
    assert_eq!(scene.collect(&second), Err(ApiError::no_such_order()));
}

#[test]
fn called_person_has_three_minutes_to_open_the_app() {
    let mut scene = Scene::new();
    let number = scene.person("alva").personal_number;
    let order_ref = scene.start(spec_for(OrderKind::PhoneAuth, &number));
    assert_eq!(scene.hint(&order_ref), pending("outstandingTransaction"));
    scene.pass(60);
    assert_eq!(scene.hint(&order_ref), pending("noClient"));
    scene.pass(120);
    assert_eq!(scene.hint(&order_ref), failed("expiredTransaction"));
}

#[test]
fn second_order_for_the_same_number_aborts_the_first_and_makes_none() {
    let mut scene = Scene::new();
    for number in [scene.person("alva").personal_number, "199001010017".to_owned()] {
        let first = scene.start(spec_for(OrderKind::Auth, &number));
        let second = scene.try_start(spec_for(OrderKind::Sign, &number));
        assert_eq!(second, Err(ApiError::already_in_progress()));
        assert_eq!(scene.hint(&first), failed("cancelled"));
        scene.start(spec_for(OrderKind::Auth, &number));
    }
}

#[test]
fn order_already_before_the_person_counts_as_in_progress() {
    let mut scene = Scene::new();
    let opened = scene.opened(spec(OrderKind::Auth), "alva");
    let number = scene.person("alva").personal_number;
    let refused = scene.try_start(spec_for(OrderKind::Sign, &number));
    assert_eq!(refused, Err(ApiError::already_in_progress()));
    assert_eq!(scene.hint(&opened), failed("cancelled"));
}

#[test]
fn orders_without_a_number_run_side_by_side() {
    let mut scene = Scene::new();
    let orders = [
        scene.start(spec(OrderKind::Auth)),
        scene.start(spec(OrderKind::Auth)),
    ];
    for order_ref in &orders {
        assert_eq!(scene.hint(order_ref), pending("outstandingTransaction"));
    }
}

#[test]
fn orders_do_not_exist_for_another_certificate() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    let other = RelyingParty {
        fingerprint: "f2".into(),
        ..rp()
    };
    assert_eq!(
        scene.book.collect(&order_ref, &other, scene.now),
        Err(ApiError::no_such_order())
    );
    assert_eq!(
        scene.book.cancel(&order_ref, &other, scene.now),
        Err(ApiError::no_such_order())
    );
    assert_eq!(scene.hint(&order_ref), pending("outstandingTransaction"));
}

#[test]
fn order_is_cancelled_once_and_gone() {
    let mut scene = Scene::new();
    let order_ref = scene.start(spec(OrderKind::Auth));
    scene.book.cancel(&order_ref, &rp(), scene.now).unwrap();
    assert_eq!(
        scene.book.cancel(&order_ref, &rp(), scene.now),
        Err(ApiError::no_such_order())
    );
    assert_eq!(scene.collect(&order_ref), Err(ApiError::no_such_order()));
}

#[test]
fn forgotten_orders_do_not_pile_up() {
    let mut scene = Scene::new();
    for _ in 0..KEPT_ORDERS {
        scene.start(spec(OrderKind::Auth));
    }
    scene.pass(15 * 60);
    scene.start(spec(OrderKind::Auth));
    assert_eq!(scene.book.orders.len(), 1);
}

#[test]
fn what_became_of_an_order_is_known_for_a_while_however_many_there_are() {
    let mut scene = Scene::new();
    let cancelled = scene.start(spec(OrderKind::Auth));
    scene.book.cancel(&cancelled, &rp(), scene.now).unwrap();
    for _ in 0..=KEPT_ORDERS {
        scene.start(spec(OrderKind::Auth));
    }
    assert!(scene.book.orders.contains_key(&cancelled));
}
