import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Logga in",
    lead: "Här ser du vad din anordnare har redovisat om dig varje månad. Du bestämmer om det stämmer och vem som får veta det.",
    ended: "Du har loggats ut. Logga in igen för att fortsätta.",
    about: "Om tjänsten och dina uppgifter",
    without: "Har du inget BankID? Då kan du inte svara här. Det påverkar varken din ersättning eller din plats.",
  },
  en: {
    title: "Sign in",
    lead: "Here you see what your provider has reported about you each month. You decide whether it is right and who may know.",
    ended: "You have been signed out. Sign in again to go on.",
    about: "About the service and your data",
    without: "No BankID? Then you cannot answer here. That affects neither your benefits nor your place.",
  },
});
