// What the notice says. Whoever changes a word of it issues a new version (see features/notice/version.ts).
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    inShort: "I korthet",
    short: [
      "Det är frivilligt att svara och att samtycka.",
      "Det påverkar inte din ersättning, din plats eller vad anordnaren får betalt.",
      "En månad skickas vidare bara om du har godkänt den och dessutom har samtyckt till att den skickas till mottagaren.",
      "Du kan ta tillbaka ett samtycke när du vill. Då skickas inget nytt. En månad som redan är på väg kan komma fram inom tio minuter.",
      "Om du inte svarar inom tre månader visas månaden inte längre.",
    ] as readonly string[],
    yourData: "Dina uppgifter",
    controller: "Ansvarig",
    controllerIs: "Arbetsförmedlingen är personuppgiftsansvarig, det vill säga ansvarar för hur dina uppgifter används.",
    officer: "Dataskyddsombud",
    officerIs:
      "Arbetsförmedlingens dataskyddsombud svarar på frågor om hur dina uppgifter behandlas. Skriv eller ring till Arbetsförmedlingen och be att få kontakt med dataskyddsombudet. Adress och telefonnummer står på arbetsformedlingen.se.",
    toAgency: "Till arbetsformedlingen.se",
    what: "Vilka uppgifter",
    whatIs: "Ditt personnummer, ditt namn och dina kontaktuppgifter, dina tjänster och planer, timmar per dag och aktivitet, dina svar, kommentarer och samtycken, när och med vilken webbläsare du har loggat in, och vem som har läst om dig.",
    from: "Varifrån uppgifterna kommer",
    fromIs: "Från Arbetsförmedlingens beslut, från din anordnare, från BankID när du loggar in och från dig själv.",
    why: "Varför",
    whyIs: "För att följa upp tjänsten, betala anordnaren och, om du vill, visa hur stöd från Europeiska socialfonden används.",
    basis: "Rättslig grund",
    basisIs:
      "Arbetsförmedlingens uppgift är av allmänt intresse: artikel 6.1 e i dataskyddsförordningen och lagen (2002:546) om behandling av personuppgifter i den arbetsmarknadspolitiska verksamheten. Personnumret behövs för att det säkert ska vara dina uppgifter och inte någon annans. Ditt samtycke är något annat: det gör att sekretess inte hindrar att månader lämnas till Svenska ESF-rådet och SCB.",
    who: "Vem får veta",
    whoIs:
      "Din anordnare och Arbetsförmedlingen. Svenska ESF-rådet och SCB bara om du säger ja. De får då för varje godkänd månad ditt personnummer, när din period började och slutar, månaden, verksamhetens nummer och antalet timmar.",
    howLong: "Hur länge",
    howLongIs: "Som längst tre år efter det år då ditt ärende avslutades, om inte arkivregler kräver mer.",
    rights: "Dina rättigheter",
    rightsText:
      "Du har rätt att se dina uppgifter, att få fel i dem rättade och att få en kopia av dem. En kopia av allt som finns här kan du själv hämta under Kopia av mina uppgifter. Vänd dig annars till Arbetsförmedlingen. Du kan också klaga hos Integritetsskyddsmyndigheten.",
    complain: "Till Integritetsskyddsmyndigheten",
  },
  en: {
    inShort: "In short",
    short: [
      "Answering and consenting are voluntary.",
      "It does not affect your benefits, your place or what the provider is paid.",
      "A month is sent on only if you have approved it and have also consented to its being sent to the recipient.",
      "You can take a consent back whenever you like. Then nothing new is sent. A month that is already on its way may arrive within ten minutes.",
      "If you do not answer within three months, the month is no longer shown.",
    ],
    yourData: "Your data",
    controller: "Controller",
    controllerIs: "Arbetsförmedlingen is the controller, that is, responsible for how your data is used.",
    officer: "Data protection officer",
    officerIs:
      "The data protection officer of Arbetsförmedlingen answers questions about how your data is processed. Write to or call Arbetsförmedlingen and ask for the data protection officer (dataskyddsombudet). Address and telephone number are at arbetsformedlingen.se.",
    toAgency: "To arbetsformedlingen.se",
    what: "Which data",
    whatIs: "Your personal number, your name and your contact details, your services and plans, hours per day and activity, your answers, remarks and consents, when and with which browser you signed in, and who has read about you.",
    from: "Where the data comes from",
    fromIs: "From the decisions of Arbetsförmedlingen, from your provider, from BankID when you sign in, and from yourself.",
    why: "Why",
    whyIs: "To follow up the service, to pay the provider and, if you want, to show how support from the European Social Fund is used.",
    basis: "Legal basis",
    basisIs:
      "The task of Arbetsförmedlingen is in the public interest: article 6.1 e of the General Data Protection Regulation and the Swedish act 2002:546 on personal data in labour market policy. The personal number is needed to be sure that the data is about you. Your consent is something else: it lifts secrecy, so that months may be given to the Swedish ESF Council and SCB.",
    who: "Who can see it",
    whoIs:
      "Your provider and Arbetsförmedlingen. The Swedish ESF Council and SCB only if you say yes. For each approved month they then get your personal number, when your period began and ends, the month, the provider's branch number, and the number of hours.",
    howLong: "How long",
    howLongIs: "At most three years after the year in which your case ended, unless rules on archives demand more.",
    rights: "Your rights",
    rightsText:
      "You have the right to see your data, to have it corrected and to get a copy. You can download a copy of everything that the service contains yourself, under Copy of my data. For anything else, contact Arbetsförmedlingen. You can also complain to the Swedish Authority for Privacy Protection.",
    complain: "To the Authority for Privacy Protection",
  },
});
