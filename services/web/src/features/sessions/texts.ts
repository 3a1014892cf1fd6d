import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Inloggningar",
    lead: "Här är du inloggad just nu. Känner du inte igen en inloggning kan du logga ut den.",
    someBrowser: "Okänd webbläsare",
    here: "Den här enheten",
    since: (instant: string) => `Inloggad ${instant}`,
    used: (instant: string) => `Senast använd ${instant}`,
    end: "Logga ut där",
    notEnded: "Försök igen med knappen nedanför.",
    endAll: "Logga ut överallt, också här",
  },
  en: {
    title: "Sign-ins",
    lead: "This is where you are signed in right now. If you do not recognise a sign-in, you can end it.",
    someBrowser: "Unknown browser",
    here: "This device",
    since: (instant: string) => `Signed in ${instant}`,
    used: (instant: string) => `Last used ${instant}`,
    end: "Sign out there",
    notEnded: "Try again with the button below.",
    endAll: "Sign out everywhere, here too",
  },
});
