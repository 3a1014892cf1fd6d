import { Withdrawer } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    recipients: {
      [Recipient.UNSPECIFIED]: "okänd mottagare",
      [Recipient.ESF]: "Svenska ESF-rådet",
      [Recipient.SCB]: "SCB (Statistiska centralbyrån)",
    } as Readonly<Record<Recipient, string>>,
    title: "Samtycken",
    signing: "Skriv under samtycket",
    lead: "Dina månader skickas bara till dem du säger ja till här, och bara om du också har godkänt månaden. Det är frivilligt och du kan ändra dig när du vill.",
    choice: "Vill du att dina månader skickas vidare?",
    voluntary: "Det är frivilligt. Du får samma hjälp och samma ersättning om du säger nej.",
    content:
      "Det som skickas för en månad är: ditt personnummer, när din period började och slutar, månaden, verksamhetens nummer och antalet timmar.",
    covers:
      "Samtycket gäller tills du tar tillbaka det, inte bara en månad. Det gäller månader som du godkänner senare och månader som du redan har godkänt, om anordnaren redovisade dem för mindre än tre månader sedan.",
    noWording: (recipient: string) =>
      `Texten om ${recipient} finns inte just nu. Därför kan du inte samtycka till det här.`,
    tick: (recipient: string) => `Ja, skicka mina godkända månader till ${recipient}`,
    wholeText: (recipient: string) => `Läs hela texten om ${recipient}`,
    given: "Samtyckt",
    notGiven: "Inget samtycke",
    since: (day: string) => `sedan ${day}`,
    means: (recipient: string) => `Månader som du har godkänt eller godkänner senare skickas till ${recipient}.`,
    meansNot: (recipient: string) => `Inget om dig skickas till ${recipient}.`,
    give: (recipient: string) => `Samtyck till ${recipient}`,
    takeBack: (recipient: string) => `Ta tillbaka för ${recipient}`,
    takeBackTitle: "Ta tillbaka samtycket?",
    takeBackText: (recipient: string) =>
      `Då skickas inget mer om dig till ${recipient}. Det påverkar inte din ersättning. Det som redan har skickats kan finnas kvar där.`,
    takeBackNow: "Ja, ta tillbaka",
    keepIt: "Nej, behåll",
    takenBack: (recipient: string) => `Ditt samtycke till ${recipient} är tillbakataget.`,
    takenBackAt: (instant: string) => `Det gäller från ${instant}.`,
    nothingSent: "Ingen månad hade skickats eller var på väg.",
    alreadySent: "De här månaderna hade redan skickats och hämtas inte tillbaka:",
    inTransfer: "De här månaderna var på väg och kan komma fram inom tio minuter:",
    history: "Historik",
    noHistory: "Du har inte lämnat något samtycke.",
    holds: "Gäller",
    untilFurther: "tills vidare",
    takenBackBy: {
      [Withdrawer.UNSPECIFIED]: "Tillbakataget",
      [Withdrawer.PERSON]: "Tillbakataget av dig",
      [Withdrawer.AGENCY]: "Tillbakataget av Arbetsförmedlingen åt dig",
    } as Readonly<Record<Withdrawer, string>>,
    signedText: (version: number) => `Texten som du skrev under (version ${version})`,
  },
  en: {
    recipients: {
      [Recipient.UNSPECIFIED]: "an unknown recipient",
      [Recipient.ESF]: "the Swedish ESF Council",
      [Recipient.SCB]: "SCB (Statistics Sweden)",
    },
    title: "Consents",
    signing: "Sign the consent",
    lead: "Your months are sent only to those you say yes to here, and only if you have approved the month as well. It is voluntary, and you can change your mind whenever you like.",
    choice: "Do you want your months to be sent on?",
    voluntary: "It is voluntary. You get the same help and the same benefits if you say no.",
    content:
      "What is sent for a month is: your personal number, when your period began and ends, the month, the number of the provider's unit, and the number of hours.",
    covers:
      "The consent holds until you take it back, not for one month only. It covers months that you approve later, and months that you have approved already if the provider reported them less than three months ago.",
    noWording: (recipient: string) =>
      `The text about ${recipient} is not there right now. That is why you cannot consent to it here.`,
    tick: (recipient: string) => `Yes, send my approved months to ${recipient}`,
    wholeText: (recipient: string) => `Read the whole text about ${recipient}`,
    given: "Consented",
    notGiven: "No consent",
    since: (day: string) => `since ${day}`,
    means: (recipient: string) => `Months that you have approved or approve later are sent to ${recipient}.`,
    meansNot: (recipient: string) => `Nothing about you is sent to ${recipient}.`,
    give: (recipient: string) => `Consent to ${recipient}`,
    takeBack: (recipient: string) => `Take back for ${recipient}`,
    takeBackTitle: "Take the consent back?",
    takeBackText: (recipient: string) =>
      `Nothing more about you is sent to ${recipient} then. It does not affect your benefits. What has been sent already may stay there.`,
    takeBackNow: "Yes, take it back",
    keepIt: "No, keep it",
    takenBack: (recipient: string) => `Your consent to ${recipient} is taken back.`,
    takenBackAt: (instant: string) => `It holds from ${instant}.`,
    nothingSent: "No month had been sent or was on its way.",
    alreadySent: "These months had been sent already and are not fetched back:",
    inTransfer: "These months were on their way and may arrive within ten minutes:",
    history: "History",
    noHistory: "You have not given any consent.",
    holds: "Holds",
    untilFurther: "until further notice",
    takenBackBy: {
      [Withdrawer.UNSPECIFIED]: "Taken back",
      [Withdrawer.PERSON]: "Taken back by you",
      [Withdrawer.AGENCY]: "Taken back by Arbetsförmedlingen for you",
    },
    signedText: (version: number) => `The text that you signed (version ${version})`,
  },
});
