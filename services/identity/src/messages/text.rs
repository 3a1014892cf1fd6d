//! The words of messages. They say what the link is for; no name, number or organisation stands in them.

use crate::domain::invitation::InvitationKind;
use crate::domain::portal::Language;
use crate::domain::secret::SecretToken;

/// A message ready to leave.
#[derive(Clone)]
pub struct Message {
    /// Subject of an e-mail.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Message(redacted)")
    }
}

/// The message of an invitation.
pub fn invitation(
    kind: InvitationKind,
    language: Language,
    public_url: &str,
    secret: &SecretToken,
) -> Message {
    let (subject, opening, closing) = words(kind, language);
    // Behind the hash: browsers send it to nobody, so that it stands in no log on the way.
    let link = format!("{public_url}invitation#{}", secret.expose());
    Message {
        subject: subject.to_owned(),
        text: format!("{opening}\n\n{link}\n\n{closing}\n"),
    }
}

fn words(kind: InvitationKind, language: Language) -> (&'static str, &'static str, &'static str) {
    match (language, kind) {
        (Language::Swedish, InvitationKind::Nomination) => (
            "Du är utsedd till administratör i Deltaga",
            "Du är utsedd till administratör i Deltaga. Öppna länken och legitimera dig med BankID för att tacka ja.",
            "Länken fungerar bara för dig. Har du fått den av misstag kan du bortse från meddelandet.",
        ),
        (Language::Swedish, InvitationKind::Colleague) => (
            "Du är inbjuden till Deltaga",
            "Du är inbjuden att arbeta i Deltaga. Öppna länken och legitimera dig med BankID.",
            "Har du fått länken av misstag kan du bortse från meddelandet.",
        ),
        (Language::Swedish, InvitationKind::ProjectParticipant) => (
            "Välkommen till Deltaga",
            "Du är anmäld som deltagare i ett projekt. Öppna länken och legitimera dig för att komma till dina sidor.",
            "Har du fått länken av misstag kan du bortse från meddelandet.",
        ),
        (Language::English, InvitationKind::Nomination) => (
            "You have been named administrator in Deltaga",
            "You have been named administrator in Deltaga. Open the link and identify yourself with BankID to accept.",
            "The link works for you alone. If it reached you by mistake, you can ignore this message.",
        ),
        (Language::English, InvitationKind::Colleague) => (
            "You are invited to Deltaga",
            "You are invited to work in Deltaga. Open the link and identify yourself with BankID.",
            "If the link reached you by mistake, you can ignore this message.",
        ),
        (Language::English, InvitationKind::ProjectParticipant) => (
            "Welcome to Deltaga",
            "You have been registered as participant of a project. Open the link and identify yourself to reach your pages.",
            "If the link reached you by mistake, you can ignore this message.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use platform::clock::SeededEntropy;

    use super::*;

    #[test]
    fn every_message_has_a_subject_and_the_link_behind_a_hash() {
        let secret = SecretToken::draw(&SeededEntropy::new(1));
        for language in [Language::Swedish, Language::English] {
            for kind in [
                InvitationKind::Nomination,
                InvitationKind::Colleague,
                InvitationKind::ProjectParticipant,
            ] {
                let message = invitation(kind, language, "https://deltaga.example/", &secret);
                assert!(!message.subject.is_empty());
                assert!(
                    message
                        .text
                        .contains(&format!("https://deltaga.example/invitation#{}", secret.expose()))
                );
            }
        }
    }
}
