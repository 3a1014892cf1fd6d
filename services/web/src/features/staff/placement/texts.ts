import { PlacementStatus } from "@/gen/deltaga/participants/v1/placement_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    case: (reference: string) => `Ärende ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `${from} och tills vidare`),
    isProtected: "Skyddade personuppgifter",
    states: {
      [PlacementStatus.UNSPECIFIED]: "Okänt läge",
      [PlacementStatus.RECEIVED]: "Ingen handledare än",
      [PlacementStatus.ASSIGNED]: "Har handledare, har inte börjat",
      [PlacementStatus.ACTIVE]: "Pågår",
      [PlacementStatus.ENDED]: "Avslutad",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Avbruten innan den började",
      [PlacementStatus.INTERRUPTED]: "Avbruten",
    } as Readonly<Record<PlacementStatus, string>>,
  },
  en: {
    case: (reference: string) => `Case ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `${from} and until further notice`),
    isProtected: "Protected identity",
    states: {
      [PlacementStatus.UNSPECIFIED]: "State unknown",
      [PlacementStatus.RECEIVED]: "No supervisor yet",
      [PlacementStatus.ASSIGNED]: "Has a supervisor, has not begun",
      [PlacementStatus.ACTIVE]: "Under way",
      [PlacementStatus.ENDED]: "Ended",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Broken off before it began",
      [PlacementStatus.INTERRUPTED]: "Broken off",
    },
  },
});
