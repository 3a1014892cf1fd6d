import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Inloggningar",
    lead: "Här är du inloggad just nu. Logga ut det du inte känner igen.",
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
    lead: "This is where you are signed in right now. Sign out whatever you do not recognise.",
    someBrowser: "Unknown browser",
    here: "This device",
    since: (instant: string) => `Signed in ${instant}`,
    used: (instant: string) => `Last used ${instant}`,
    end: "Sign out there",
    notEnded: "Try again with the button below.",
    endAll: "Sign out everywhere, here too",
  },
});
