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
    faults: (count: number) => (count === 1 ? "En uppgift behöver ändras. Inget är sparat." : `${count} uppgifter behöver ändras. Inget är sparat.`),
    trace: "Uppge felnumret om du behöver hjälp:",
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
    faults: (count: number) => (count === 1 ? "One entry needs to be changed. Nothing has been saved." : `${count} entries need to be changed. Nothing has been saved.`),
    trace: "If you need help, quote this error number:",
  },
});
