import { AccountState } from "@/gen/deltaga/staff/v1/account_service_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Konton",
    name: "Namn eller del av namn",
    search: "Sök konton",
    inviting: "Kollegor kan inte bjudas in på de här sidorna än. Kontakta Arbetsförmedlingen om en kollega behöver ett konto.",
    none: "Inga konton matchar sökningen.",
    may: "Behörigheter",
    nothing: "Inga just nu",
    where: "Verksamheter",
    email: "E-post till arbetet",
    phone: "Telefon till arbetet",
    functionOnly: "Deltagare ser personens funktion men inte namnet.",
    states: {
      [AccountState.UNSPECIFIED]: "Okänt",
      [AccountState.INVITED]: "Inbjuden",
      [AccountState.WAITING_FOR_CONFIRMATION]: "Väntar på bekräftelse",
      [AccountState.ACTIVE]: "Aktivt",
      [AccountState.ENDED]: "Avslutat",
    } as Readonly<Record<AccountState, string>>,
  },
  en: {
    title: "Accounts",
    name: "Name or part of a name",
    search: "Search accounts",
    inviting: "Colleagues cannot be invited on these pages yet. Contact Arbetsförmedlingen if a colleague needs an account.",
    none: "No accounts match the search.",
    may: "Permissions",
    nothing: "None right now",
    where: "Units",
    email: "Work e-mail",
    phone: "Work phone",
    functionOnly: "Participants see the person's role but not the name.",
    states: {
      [AccountState.UNSPECIFIED]: "Unknown",
      [AccountState.INVITED]: "Invited",
      [AccountState.WAITING_FOR_CONFIRMATION]: "Waiting for confirmation",
      [AccountState.ACTIVE]: "Active",
      [AccountState.ENDED]: "Ended",
    },
  },
});
