import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    loading: "Hämtar …",
    tryAgain: "Försök igen",
    readAgain: "Läs in på nytt",
    reload: "Ladda om sidan",
    signIn: "Logga in igen",
    toMonths: "Till mina månader",
    ask: "Kontakta Arbetsförmedlingen om du tycker att det är fel.",
    fault: "Fel:",
    faults: (count: number) => (count === 1 ? "En uppgift behöver ändras." : `${count} uppgifter behöver ändras.`),
    trace: "Behöver du hjälp? Uppge felnumret när du kontaktar Arbetsförmedlingen:",
    copy: "Kopiera felnumret",
    copied: "Kopierat",
    agencyContact: "Arbetsförmedlingens kontaktsida",
  },
  en: {
    loading: "Loading …",
    tryAgain: "Try again",
    readAgain: "Load it again",
    reload: "Reload the page",
    signIn: "Sign in again",
    toMonths: "To my months",
    ask: "Contact Arbetsförmedlingen if you think this is wrong.",
    fault: "Error:",
    faults: (count: number) => (count === 1 ? "One entry needs to be changed." : `${count} entries need to be changed.`),
    trace: "Do you need help? Quote this error number when you contact Arbetsförmedlingen:",
    copy: "Copy the error number",
    copied: "Copied",
    agencyContact: "How to contact Arbetsförmedlingen",
  },
});
