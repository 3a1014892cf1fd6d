import { ApprovalOutcome } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentOutcome } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { catalogue } from "@/shared/language/catalogue";

type Consents = Readonly<Record<ConsentOutcome, (recipient: string) => string>>;

const SV: Readonly<Record<number, string>> = { 2: "två", 3: "tre" };
const EN: Readonly<Record<number, string>> = { 2: "two", 3: "three" };

export const texts = catalogue({
  sv: {
    what: (count: number) =>
      count === 1
        ? "Du läser texten igen i BankID-appen innan du skriver under."
        : `Du skriver under ${SV[count] ?? count} saker på en gång. Du läser dem i BankID-appen innan du skriver under.`,
    approvals: {
      [ApprovalOutcome.UNSPECIFIED]: "Underskriften är mottagen.",
      [ApprovalOutcome.NOT_SIGNED]: "Månaden är inte underskriven än.",
      [ApprovalOutcome.APPROVED]: "Du har godkänt månaden.",
      [ApprovalOutcome.TOO_LATE_SUPERSEDED]: "Anordnaren hann rätta månaden. Din underskrift ändrar inget: läs den nya versionen.",
      [ApprovalOutcome.TOO_LATE_LAPSED]: "Tiden för att svara hade gått ut. Din underskrift ändrar inget.",
      [ApprovalOutcome.TOO_LATE_REJECTED]: "Du hade redan avvisat månaden. Din underskrift ändrar inget.",
      [ApprovalOutcome.OTHER_CONTENT]: "Innehållet stämmer inte med det du skrev under. Din underskrift ändrar inget.",
    } as Readonly<Record<ApprovalOutcome, string>>,
    decided: (instant: string) => `Det skedde ${instant}.`,
    consents: {
      [ConsentOutcome.UNSPECIFIED]: (recipient) => `Underskriften för ${recipient} är mottagen.`,
      [ConsentOutcome.GIVEN]: (recipient) => `Du har samtyckt till att dina godkända månader skickas till ${recipient}.`,
      [ConsentOutcome.ALREADY_GIVEN]: (recipient) => `Du hade redan samtyckt till att dina månader skickas till ${recipient}. Inget ändras.`,
      [ConsentOutcome.OVERTAKEN]: (recipient) =>
        `Samtycket till att skicka dina månader till ${recipient} gäller inte. Antingen tog du tillbaka det, eller så har texten ändrats. Läs den och samtyck igen om du vill.`,
    } as Consents,
    unread: "Du har skrivit under.",
    unreadText: "Vi kunde inte hämta beskedet just nu. Din underskrift är sparad och behandlas ändå.",
    askAgain: "Hämta beskedet igen",
  },
  en: {
    what: (count: number) =>
      count === 1
        ? "You read the text again in the BankID app before you sign."
        : `You are signing ${EN[count] ?? count} things at once. You read them in the BankID app before you sign.`,
    approvals: {
      [ApprovalOutcome.UNSPECIFIED]: "The signature has arrived.",
      [ApprovalOutcome.NOT_SIGNED]: "The month is not signed yet.",
      [ApprovalOutcome.APPROVED]: "You have approved the month.",
      [ApprovalOutcome.TOO_LATE_SUPERSEDED]: "The provider had already corrected the month. Your signature changes nothing: read the new version.",
      [ApprovalOutcome.TOO_LATE_LAPSED]: "The time for answering had run out. Your signature changes nothing.",
      [ApprovalOutcome.TOO_LATE_REJECTED]: "You had already rejected the month. Your signature changes nothing.",
      [ApprovalOutcome.OTHER_CONTENT]: "The content is not what you signed. Your signature changes nothing.",
    },
    decided: (instant: string) => `That was on ${instant}.`,
    consents: {
      [ConsentOutcome.UNSPECIFIED]: (recipient: string) => `The signature for ${recipient} has arrived.`,
      [ConsentOutcome.GIVEN]: (recipient: string) => `You have consented to your approved months being sent to ${recipient}.`,
      [ConsentOutcome.ALREADY_GIVEN]: (recipient: string) => `You had already consented to your months being sent to ${recipient}. Nothing changes.`,
      [ConsentOutcome.OVERTAKEN]: (recipient: string) =>
        `The consent to sending your months to ${recipient} is not in force. Either you took it back, or its wording has changed. Read it and consent again if you want to.`,
    },
    unread: "You have signed.",
    unreadText: "We could not get the outcome right now. Your signature is kept and will be processed anyway.",
    askAgain: "Get the outcome again",
  },
});
