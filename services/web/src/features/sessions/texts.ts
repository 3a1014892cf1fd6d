import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Inloggningar",
    lead: "Här är du inloggad just nu. Logga ut det du inte känner igen.",
    someBrowser: "En webbläsare",
    here: "Den här",
    since: (instant: string) => `Inloggad ${instant}`,
    used: (instant: string) => `Senast använd ${instant}`,
    end: "Logga ut där",
    endAll: "Logga ut överallt",
  },
  en: {
    title: "Sign-ins",
    lead: "This is where you are signed in right now. Sign out whatever you do not recognise.",
    someBrowser: "A browser",
    here: "This one",
    since: (instant: string) => `Signed in ${instant}`,
    used: (instant: string) => `Last used ${instant}`,
    end: "Sign out there",
    endAll: "Sign out everywhere",
  },
});
