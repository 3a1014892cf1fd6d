import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Mina månader",
    none: "Det finns ingen månad att visa än. När din anordnare har redovisat en månad ser du den här.",
    waiting: "Väntar på ditt svar",
    nothingWaits: "Ingen månad väntar på ditt svar.",
    earlier: "Tidigare månader",
    silence: "Det är frivilligt att svara. Om du inte svarar händer ingenting, och efter tre månader visas månaden inte längre.",
    until: (day: string) => `Du kan svara till och med ${day}.`,
    corrected: "Rättad av anordnaren",
    answerAnew: "Anordnaren har rättat månaden. Svara på den nya versionen om du vill.",
    answers: {
      [Answer.UNSPECIFIED]: "Okänt",
      [Answer.WAITING]: "Väntar på svar",
      [Answer.APPROVED]: "Godkänd",
      [Answer.REJECTED]: "Avvisad",
      [Answer.LAPSED]: "Tiden gick ut",
      [Answer.SUPERSEDED]: "Ersatt",
    } as Readonly<Record<Answer, string>>,
  },
  en: {
    title: "My months",
    none: "There is no month to show yet. When your provider has reported a month, you see it here.",
    waiting: "Waiting for your answer",
    nothingWaits: "No month is waiting for your answer.",
    earlier: "Earlier months",
    silence: "Answering is voluntary. If you do not answer nothing happens, and after three months the month is no longer shown.",
    until: (day: string) => `You can answer until the end of ${day}.`,
    corrected: "Corrected by the provider",
    answerAnew: "The provider has corrected the month. Answer the new version if you like.",
    answers: {
      [Answer.UNSPECIFIED]: "Unknown",
      [Answer.WAITING]: "Waiting",
      [Answer.APPROVED]: "Approved",
      [Answer.REJECTED]: "Rejected",
      [Answer.LAPSED]: "Time ran out",
      [Answer.SUPERSEDED]: "Replaced",
    },
  },
});
