//! One call, one trace: from the gateway's call through both services, their transactions, the outbox and the broker to
//! whoever reads the change.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::Change;
use e2e::world::World;
use journey::new_id;
use proto::staff::v1::InviteColleagueRequest;
use proto::types::v1::Language;
use support::eventually::try_eventually;
use support::otlp::{ReceivedSpan, Sink};
use support::people::PEOPLE;

/// The gateway's own span, which the test plays; ids as in the examples of W3C Trace Context.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
/// Spans leave a process some seconds after they ended.
const ARRIVAL: Duration = Duration::from_secs(40);

/// Names of spans from a leaf up to the call that the gateway made.
type Path = &'static [(&'static str, &'static str)];

const INVITED: (&str, &str) = ("staff", "deltaga.staff.v1.AccountService/InviteColleague");

/// The change, by outbox and broker to the service that decides by it.
const TO_THE_READER: Path = &[
    ("identity", "process staff.account.v1"),
    ("staff", "send staff.account.v1"),
    ("staff", "staff.invite_colleague"),
    INVITED,
];

/// The call behind the call, to the transaction at its end.
const TO_THE_PEER: Path = &[
    ("identity", "identity.register_persons"),
    ("identity", "deltaga.identity.v1.PersonService/RegisterPersons"),
    ("staff", "deltaga.identity.v1.PersonService/RegisterPersons"),
    INVITED,
];

/// What a job does later has a trace of its own, linked to the one that caused it.
const BY_THE_JOB: Path = &[
    ("identity", "deltaga.identity.v1.InvitationService/Invite"),
    ("staff", "deltaga.identity.v1.InvitationService/Invite"),
    ("staff", "staff.tell_identity"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_connects_a_call_with_all_that_it_causes() -> Result<()> {
    let sink = Sink::start().await?;
    let world = World::toured_telling("trace", &sink).await?;
    invite_as_the_gateway(&world).await?;

    for path in [TO_THE_READER, TO_THE_PEER] {
        let arrived = try_eventually(ARRIVAL, || async { has_path(&sink.trace(TRACE), path) }).await;
        arrived.with_context(|| format!("no {path:?} among {:#?}", told(&sink.trace(TRACE))))?;
    }
    let is_whole = try_eventually(ARRIVAL, || async { strays(&sink.trace(TRACE)).is_empty() }).await;
    is_whole.with_context(|| format!("without parent: {:#?}", strays(&sink.trace(TRACE))))?;
    let linked = try_eventually(ARRIVAL, || async { has_linked_job(&sink) }).await;
    linked.with_context(|| format!("jobs: {:#?}", told(&sink.spans_named("staff.tell_identity"))))?;
    world.stop().await
}

async fn invite_as_the_gateway(world: &World) -> Result<()> {
    let administrator = world.administrator().await?;
    let change = Change::all(&world.units);
    let request = InviteColleagueRequest {
        request_id: new_id(),
        name: PEOPLE[5].full_name(),
        personal_number: PEOPLE[5].number.to_owned(),
        email: "traced@provbolaget.example".to_owned(),
        mobile: String::new(),
        permissions: change.permissions,
        scope: change.scope,
        language: Language::Sv.into(),
    };
    let mut call = administrator.member().ask(request);
    let traceparent = format!("00-{TRACE}-{CALLER}-01").parse()?;
    call.metadata_mut().insert("traceparent", traceparent);
    let invited = administrator
        .member()
        .account_service()
        .invite_colleague(call)
        .await?;
    ensure!(invited.into_inner().account.is_some(), "no account was made");
    Ok(())
}

/// Whether a span is there from which these names lead up to the caller's span.
fn has_path(spans: &[ReceivedSpan], path: Path) -> bool {
    let leaves = spans.iter().filter(|span| is_named(span, path[0]));
    leaves
        .into_iter()
        .any(|leaf| climbs(spans, leaf, &path[1..]).is_some_and(|top| top.parent_id() == CALLER))
}

/// The span at the upper end of the path, if there is one.
fn climbs<'a>(spans: &'a [ReceivedSpan], from: &'a ReceivedSpan, path: Path) -> Option<&'a ReceivedSpan> {
    path.iter().try_fold(from, |below, name| {
        let parent = spans.iter().find(|span| span.span_id() == below.parent_id())?;
        is_named(parent, *name).then_some(parent)
    })
}

/// Spans that hang in the air.
fn strays(spans: &[ReceivedSpan]) -> Vec<String> {
    let is_known = |id: &str| id == CALLER || spans.iter().any(|span| span.span_id() == id);
    let strays = spans.iter().filter(|span| !is_known(&span.parent_id()));
    told(&strays.cloned().collect::<Vec<_>>())
}

fn has_linked_job(sink: &Sink) -> bool {
    let trace = hex::decode(TRACE).expect("hex");
    let is_linked = |span: &&ReceivedSpan| span.span.links.iter().any(|link| link.trace_id == trace);
    let jobs = sink.spans_named(BY_THE_JOB[2].1);
    jobs.iter().filter(is_linked).any(|job| {
        let spans = sink.trace(&job.trace_id());
        let leaves = spans.iter().filter(|span| is_named(span, BY_THE_JOB[0]));
        leaves
            .into_iter()
            .any(|leaf| climbs(&spans, leaf, &BY_THE_JOB[1..]).is_some())
    })
}

fn is_named(span: &ReceivedSpan, (service, name): (&str, &str)) -> bool {
    span.service == service && span.span.name == name
}

fn told(spans: &[ReceivedSpan]) -> Vec<String> {
    let lines = spans.iter().map(|span| {
        format!(
            "{} <- {} {} {}",
            span.span_id(),
            span.parent_id(),
            span.service,
            span.span.name
        )
    });
    lines.collect()
}
