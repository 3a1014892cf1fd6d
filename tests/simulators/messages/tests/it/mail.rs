//! Mail from lettre, which is what the services send with.

use anyhow::Result;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use messages_simulator::{Mode, Simulator, Switch};

use crate::start;

type Outcome = Result<(), lettre::transport::smtp::Error>;

async fn send(simulator: &Simulator) -> Result<Outcome> {
    let message = Message::builder()
        .from("Deltaga <noreply@example.se>".parse()?)
        .to("Provia Testberg <provia@example.se>".parse()?)
        .subject("Inbjudan till Övningsgården")
        .header(ContentType::TEXT_PLAIN)
        .body("Hej!\n.en rad som börjar med punkt\nhttps://localhost/i#abc".to_owned())?;
    let smtp = simulator.addresses().smtp;
    let host = smtp.ip().to_string();
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(smtp.port())
        .build();
    Ok(transport.send(message).await.map(|_response| ()))
}

#[tokio::test]
async fn a_mail_arrives_with_subject_and_text_as_written() -> Result<()> {
    let simulator = start().await?;
    send(&simulator).await??;
    let sent = simulator.mailbox().to("provia@example.se");
    assert_eq!(sent[0].subject, "Inbjudan till Övningsgården");
    assert!(
        sent[0]
            .text
            .contains("\n.en rad som börjar med punkt\nhttps://localhost/i#abc"),
        "{}",
        sent[0].text
    );
    Ok(())
}

#[tokio::test]
async fn out_of_order_is_transient_and_a_refused_recipient_is_permanent() -> Result<()> {
    let simulator = start().await?;
    simulator.switches().set_mail(Switch {
        mode: Mode::Down,
        delay_ms: 0,
    });
    assert!(send(&simulator).await?.unwrap_err().is_transient());
    simulator.switches().set_mail(Switch {
        mode: Mode::Reject,
        delay_ms: 0,
    });
    assert!(send(&simulator).await?.unwrap_err().is_permanent());
    Ok(())
}
