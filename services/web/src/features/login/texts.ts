import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Logga in",
    lead: "Deltaga är en tjänst från Arbetsförmedlingen. Här ser du vad din anordnare har redovisat om dig varje månad. Du kan säga om det stämmer. Arbetsförmedlingen ser det också. Du bestämmer om det får skickas till Svenska ESF-rådet och SCB.",
    staffTitle: "Logga in som anordnare",
    staffLead: "Deltaga är en tjänst från Arbetsförmedlingen. Här tar du emot deltagare och redovisar deras timmar. Du behöver ett konto hos en anordnare.",
    toStaff: "Arbetar du hos en anordnare? Logga in här",
    toParticipants: "Är du deltagare? Logga in här",
    ended: "Du har loggats ut. Logga in igen för att fortsätta.",
    whyEnded: "Det händer när du inte har gjort något på en stund, när du har varit inloggad så länge som är tillåtet, eller när du har loggat ut i en annan flik.",
    stillThere: "Det du hade börjat fylla i finns oftast kvar i den här fliken, tills du laddar om eller stänger den. Se efter att det står där innan du går vidare.",
    without: "Har du inget BankID? Då kan du inte svara här. Det påverkar varken din ersättning eller din plats. Fråga din anordnare eller Arbetsförmedlingen om du vill veta vad som är redovisat om dig.",
  },
  en: {
    title: "Sign in",
    lead: "Deltaga is a service from Arbetsförmedlingen, the Swedish Public Employment Service. Here you see what your provider has reported about you each month. You can say whether it is right. Arbetsförmedlingen sees it too. You decide whether it may be sent to the Swedish ESF Council and SCB.",
    staffTitle: "Sign in as a provider",
    staffLead: "Deltaga is a service from Arbetsförmedlingen. Here you receive participants and report their hours. You need an account with a provider.",
    toStaff: "Do you work for a provider? Sign in here",
    toParticipants: "Are you a participant? Sign in here",
    ended: "You have been signed out. Sign in again to continue.",
    whyEnded: "That happens when you have not done anything for a while, when you have been signed in for as long as is allowed, or when you have signed out in another tab.",
    stillThere: "What you had begun to fill in is usually still in this tab, until you reload or close it. Check that it is there before you go on.",
    without: "No BankID? Then you cannot answer here. That affects neither your benefits nor your place. Ask your provider or Arbetsförmedlingen if you want to know what has been reported about you.",
  },
});
