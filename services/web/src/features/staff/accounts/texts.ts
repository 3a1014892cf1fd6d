import { AccountState } from "@/gen/deltaga/staff/v1/account_service_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    title: "Konton",
    name: "Del av ett namn",
    search: "Sök konton",
    none: "Inget konto stämmer med sökningen.",
    may: "Behörigheter",
    nothing: "Inga just nu",
    where: "Verksamheter",
    email: "E-post i arbetet",
    phone: "Telefon i arbetet",
    functionOnly: "Deltagare ser bara funktionen, inte namnet.",
    states: {
      [AccountState.UNSPECIFIED]: "Okänt",
      [AccountState.INVITED]: "Inbjuden",
      [AccountState.WAITING_FOR_CONFIRMATION]: "Väntar på att bekräftas",
      [AccountState.ACTIVE]: "Används",
      [AccountState.ENDED]: "Avslutat",
    } as Readonly<Record<AccountState, string>>,
  },
  en: {
    title: "Accounts",
    name: "Part of a name",
    search: "Search accounts",
    none: "No account matches the search.",
    may: "Permissions",
    nothing: "None right now",
    where: "Units",
    email: "E-mail at work",
    phone: "Telephone at work",
    functionOnly: "Participants see the function alone, not the name.",
    states: {
      [AccountState.UNSPECIFIED]: "Unknown",
      [AccountState.INVITED]: "Invited",
      [AccountState.WAITING_FOR_CONFIRMATION]: "Waits to be confirmed",
      [AccountState.ACTIVE]: "In use",
      [AccountState.ENDED]: "Ended",
    },
  },
});
