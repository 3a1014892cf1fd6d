import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    accessibility: "Tillgänglighet",
    statement: "Alla ska kunna använda tjänsten, med tangentbord, skärmläsare, förstoring och på en liten skärm.",
    howWell: "Hur väl uppfyller tjänsten reglerna?",
    howWellText:
      "Sidorna är byggda efter lagen om tillgänglighet till digital offentlig service och WCAG 2.1 nivå AA. De testas automatiskt. Ingen utomstående har granskat dem än.",
    tellUs: "Något som inte fungerar?",
    tellUsText: "Berätta för Arbetsförmedlingen vad som inte fungerar och vilket hjälpmedel du använder. Du kan också få innehållet på annat sätt.",
    supervision: "Tillsyn",
    supervisionText: "Myndigheten för digital förvaltning, Digg, har tillsyn. Är du inte nöjd med hur din synpunkt togs emot kan du anmäla det dit.",
    report: "Anmäl till Digg",
  },
  en: {
    accessibility: "Accessibility",
    statement: "Everyone should be able to use the service: by keyboard, with a screen reader, enlarged, and on a small screen.",
    howWell: "How well does the service meet the rules?",
    howWellText:
      "The pages are built to meet the Swedish law on the accessibility of digital public services and WCAG 2.1 level AA. They are tested automatically. Nobody from outside has reviewed them yet.",
    tellUs: "Is something not working?",
    tellUsText: "Tell Arbetsförmedlingen what does not work and which assistive technology you use. You can also get the content in another way.",
    supervision: "Supervision",
    supervisionText: "The Agency for Digital Government, Digg, supervises. If you are not satisfied with how your feedback was received, you can report it there.",
    report: "Report to Digg",
  },
});
