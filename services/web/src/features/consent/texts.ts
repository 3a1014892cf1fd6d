import { Withdrawer } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";
import { catalogue } from "@/shared/language/catalogue";

import { listed } from "@/shared/language/listed";

export const texts = catalogue({
  sv: {
    recipients: {
      [Recipient.UNSPECIFIED]: "okänd mottagare",
      [Recipient.ESF]: "Svenska ESF-rådet",
      [Recipient.SCB]: "SCB (Statistiska centralbyrån)",
    } as Readonly<Record<Recipient, string>>,
    recipientsInFull: {
      [Recipient.UNSPECIFIED]: "okänd mottagare",
      [Recipient.ESF]: "Svenska ESF-rådet (Rådet för Europeiska socialfonden i Sverige)",
      [Recipient.SCB]: "SCB (Statistiska centralbyrån)",
    } as Readonly<Record<Recipient, string>>,
    title: "Samtycken",
    signing: "Skriv under samtycket",
    signs: (recipient: string) => `Du samtycker till att dina godkända månader skickas till ${recipient}.`,
    lead: "Dina månader skickas bara till dem du säger ja till här, och bara om du också har godkänt månaden. Det är frivilligt och du kan ändra dig när du vill.",
    choice: "Får dina månader skickas vidare?",
    choose: (chosen: readonly string[]) =>
      chosen.length > 0 ? `Läs mer eller ändra. Du har kryssat för ${listed(chosen, "och")}.` : "Läs mer, och säg ja om du vill. Inget är ikryssat.",
    alreadyYes: (held: readonly string[]) => `Du har redan sagt ja till ${listed(held, "och")}.`,
    change: "Ändra eller ta tillbaka dina samtycken",
    whoSeesIt: (open: readonly string[], held: readonly string[]) =>
      `Din anordnare och Arbetsförmedlingen ser månaden redan. ${held.length > 0 ? `Du har redan sagt ja till ${listed(held, "och")}. ` : ""}Säger du ja till ${listed(open, "eller")} här får också den mottagaren uppgifter om månaden.`,
    voluntary: "Det är en annan fråga än om månaden stämmer, och den är frivillig. Du får samma hjälp och samma ersättning om du säger nej.",
    content:
      "Det som skickas för en månad är ditt personnummer, start- och slutdatum för din period, månaden, numret på anordnarens verksamhet och antalet timmar.",
    covers:
      "Samtycket gäller tills du tar tillbaka det, inte bara en månad. Det gäller månader som du godkänner senare. Det gäller också månader som du redan har godkänt, om anordnaren redovisade dem för mindre än tre månader sedan.",
    noWording: (recipient: string) =>
      `Texten om ${recipient} kan inte visas just nu. Därför kan du inte samtycka här.`,
    readWordingAgain: (recipient: string) => `Försök igen: texten om ${recipient}`,
    tick: (recipient: string) => `Ja, skicka mina godkända månader till ${recipient}`,
    wholeText: (recipient: string) => `Läs hela texten om ${recipient}`,
    given: "Du har samtyckt",
    givenAt: "Du samtyckte",
    notGiven: "Inget samtycke",
    since: (day: string) => `sedan ${day}`,
    means: (recipient: string) => `Månader som du godkänner skickas till ${recipient}. Det gäller också dem som du hade godkänt när du samtyckte, om anordnaren då hade redovisat dem för mindre än tre månader sedan.`,
    meansNot: (recipient: string) => `Inget om dig skickas till ${recipient}.`,
    meansNoMore: (recipient: string) => `Inget nytt om dig skickas till ${recipient}.`,
    give: (recipient: string) => `Samtyck till att mina månader skickas till ${recipient}`,
    takeBack: "Ta tillbaka samtycket",
    nothingSigned: "Inget är underskrivet.",
    noWordOfIt: "Vi fick inget besked. Samtycket kan vara tillbakataget ändå. Du kan försöka igen: det tas tillbaka bara en gång.",
    close: "Stäng",
    tryAgain: "Försök igen",
    takeBackTitle: "Ta tillbaka samtycket?",
    takeBackText: (recipient: string) =>
      `Då skickas inget nytt om dig till ${recipient}. En månad som redan är på väg kan komma fram inom tio minuter. Det som redan har skickats kan finnas kvar hos mottagaren. Det påverkar inte din ersättning.`,
    takeBackNow: "Ja, ta tillbaka",
    keepIt: "Nej, behåll",
    takenBack: (recipient: string) => `Du tog tillbaka samtycket. Inget nytt skickas till ${recipient}.`,
    takenBackAt: (instant: string) => `Det skedde ${instant}.`,
    nothingSent: "Ingen månad hade skickats eller var på väg.",
    alreadySent: "De här månaderna hade redan skickats och kan finnas kvar hos mottagaren:",
    inTransfer: "De här månaderna var på väg och kan komma fram inom tio minuter:",
    history: "Historik",
    noHistory: "Du har inte lämnat något samtycke.",
    holds: "Gäller",
    untilFurther: "tills du tar tillbaka det",
    takenBackBy: {
      [Withdrawer.UNSPECIFIED]: "Togs tillbaka",
      [Withdrawer.PERSON]: "Du tog tillbaka det",
      [Withdrawer.AGENCY]: "Arbetsförmedlingen tog tillbaka det åt dig",
    } as Readonly<Record<Withdrawer, string>>,
    signedText: (version: number) => `Texten som du skrev under (version ${version})`,
  },
  en: {
    recipients: {
      [Recipient.UNSPECIFIED]: "an unknown recipient",
      [Recipient.ESF]: "the Swedish ESF Council",
      [Recipient.SCB]: "SCB (Statistics Sweden)",
    },
    recipientsInFull: {
      [Recipient.UNSPECIFIED]: "an unknown recipient",
      [Recipient.ESF]: "the Swedish ESF Council (the Council for the European Social Fund in Sweden)",
      [Recipient.SCB]: "SCB (Statistics Sweden)",
    },
    title: "Consents",
    signing: "Sign the consent",
    signs: (recipient: string) => `You consent to your approved months being sent to ${recipient}.`,
    lead: "Your months are sent only to those you say yes to here, and only if you have approved the month as well. It is voluntary, and you can change your mind at any time.",
    choice: "May your months be sent on?",
    choose: (chosen: readonly string[]) =>
      chosen.length > 0 ? `Read more or change. You have ticked ${listed(chosen, "and")}.` : "Read more, and say yes if you want to. Nothing is ticked.",
    alreadyYes: (held: readonly string[]) => `You have already said yes to ${listed(held, "and")}.`,
    change: "Change your consents or take them back",
    whoSeesIt: (open: readonly string[], held: readonly string[]) =>
      `Your provider and Arbetsförmedlingen see the month already. ${held.length > 0 ? `You have already said yes to ${listed(held, "and")}. ` : ""}If you say yes to ${listed(open, "or")} here, that recipient also gets data about the month.`,
    voluntary: "It is another question than whether the month is right, and it is voluntary. You get the same help and the same benefits if you say no.",
    content:
      "What is sent for a month is your personal number, the start and end dates of your period, the month, the number of the provider's unit, and the number of hours.",
    covers:
      "The consent is in force until you take it back, not just for one month. It covers months that you approve later. It also covers months that you have approved already, if the provider reported them less than three months ago.",
    noWording: (recipient: string) =>
      `The text about ${recipient} is not available right now, so you cannot consent here.`,
    readWordingAgain: (recipient: string) => `Try again: the text about ${recipient}`,
    tick: (recipient: string) => `Yes, send my approved months to ${recipient}`,
    wholeText: (recipient: string) => `Read the whole text about ${recipient}`,
    given: "You have consented",
    givenAt: "You consented",
    notGiven: "No consent",
    since: (day: string) => `since ${day}`,
    means: (recipient: string) => `Months that you approve are sent to ${recipient}. So are those you had approved when you consented, if the provider had then reported them less than three months before.`,
    meansNot: (recipient: string) => `Nothing about you is sent to ${recipient}.`,
    meansNoMore: (recipient: string) => `Nothing new about you is sent to ${recipient}.`,
    give: (recipient: string) => `Consent to my months being sent to ${recipient}`,
    takeBack: "Take back the consent",
    nothingSigned: "Nothing is signed.",
    noWordOfIt: "We got no confirmation. The consent may have been taken back all the same. You can try again: it is taken back only once.",
    close: "Close",
    tryAgain: "Try again",
    takeBackTitle: "Take the consent back?",
    takeBackText: (recipient: string) =>
      `Then nothing new about you is sent to ${recipient}. A month that is already on its way may arrive within ten minutes. What has already been sent may stay with the recipient. It does not affect your benefits.`,
    takeBackNow: "Yes, take it back",
    keepIt: "No, keep it",
    takenBack: (recipient: string) => `You took the consent back. Nothing new is sent to ${recipient}.`,
    takenBackAt: (instant: string) => `That was on ${instant}.`,
    nothingSent: "No month had been sent or was on its way.",
    alreadySent: "These months had been sent already and may stay with the recipient:",
    inTransfer: "These months were on their way and may arrive within ten minutes:",
    history: "History",
    noHistory: "You have not given any consent.",
    holds: "In force",
    untilFurther: "until you take it back",
    takenBackBy: {
      [Withdrawer.UNSPECIFIED]: "Taken back",
      [Withdrawer.PERSON]: "You took it back",
      [Withdrawer.AGENCY]: "Arbetsförmedlingen took it back for you",
    },
    signedText: (version: number) => `The text that you signed (version ${version})`,
  },
});
