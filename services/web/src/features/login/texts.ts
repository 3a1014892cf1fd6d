import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Logga in",
    lead: "Här ser du vad din anordnare har redovisat om dig varje månad. Du kan säga om det stämmer. Arbetsförmedlingen ser också det som redovisas. Du bestämmer om det får skickas till Svenska ESF-rådet och SCB.",
    staffTitle: "Logga in som anordnare",
    staffLead: "Här tar du emot deltagare och redovisar deras timmar. Du behöver ett konto hos en anordnare.",
    toStaff: "Arbetar du hos en anordnare? Logga in här",
    toParticipants: "Är du deltagare? Logga in här",
    ended: "Du har loggats ut. Logga in igen för att fortsätta.",
    without: "Har du inget BankID? Då kan du inte svara här. Det påverkar varken din ersättning eller din plats. Fråga din anordnare eller Arbetsförmedlingen om du vill veta vad som är redovisat om dig.",
  },
  en: {
    title: "Sign in",
    lead: "Here you see what your provider has reported about you each month. You can say whether it is right. Arbetsförmedlingen also sees what is reported. You decide whether it may be sent to the Swedish ESF Council and SCB.",
    staffTitle: "Sign in as a provider",
    staffLead: "Here you receive participants and report their hours. You need an account with a provider.",
    toStaff: "Do you work for a provider? Sign in here",
    toParticipants: "Are you a participant? Sign in here",
    ended: "You have been signed out. Sign in again to continue.",
    without: "No BankID? Then you cannot answer here. That affects neither your benefits nor your place. Ask your provider or Arbetsförmedlingen if you want to know what has been reported about you.",
  },
});
