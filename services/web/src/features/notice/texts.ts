import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    before: "Innan du börjar",
    lead: "Läs först hur dina uppgifter används. Sedan kommer du vidare till dina sidor.",
    changed: "Texten om hur dina uppgifter används har ändrats sedan du var här. Läs den, så kommer du sedan vidare till dina sidor.",
    noConsent: "Du säger inte ja till något när du går vidare. Texten finns kvar i menyn, under Om dina uppgifter.",
    goOn: "Gå vidare",
    notNoted: "Vi kunde inte anteckna att du har fått informationen. Du kan gå vidare ändå. Då visas den igen nästa gång.",
    tryAgain: "Försök igen",
    goOnAnyway: "Gå vidare ändå",
    about: "Om tjänsten och dina uppgifter",
    aboutLead: "Din anordnare redovisar varje månad vad du har gjort. Här läser du det och svarar om du vill.",
    thisText: "Om den här texten",
    version: "Gäller från",
    shownToYou: "Visades för dig första gången",
  },
  en: {
    before: "Before you begin",
    lead: "First read how your data is used. Then you go on to your pages.",
    changed: "The text about how your data is used has changed since you were here. Read it, then you go on to your pages.",
    noConsent: "You do not agree to anything by going on. The text stays in the menu, under About your data.",
    goOn: "Go on",
    notNoted: "We could not note that you have been given the information. You can go on all the same. Then it is shown again next time.",
    tryAgain: "Try again",
    goOnAnyway: "Go on all the same",
    about: "About the service and your data",
    aboutLead: "Your provider reports each month what you have done. Here you read it and answer if you want.",
    thisText: "About this text",
    version: "In force from",
    shownToYou: "First shown to you",
  },
});
