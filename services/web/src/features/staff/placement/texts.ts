import { PlacementStatus } from "@/gen/deltaga/participants/v1/placement_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    case: (reference: string) => `Ärende ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `från ${from} och tills vidare`),
    isProtected: "Skyddade personuppgifter",
    states: {
      [PlacementStatus.UNSPECIFIED]: "Okänd status",
      [PlacementStatus.RECEIVED]: "Ingen handledare än",
      [PlacementStatus.ASSIGNED]: "Har handledare, har inte börjat än",
      [PlacementStatus.ACTIVE]: "Pågår",
      [PlacementStatus.ENDED]: "Avslutad",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Avbruten före start",
      [PlacementStatus.INTERRUPTED]: "Avbruten",
    } as Readonly<Record<PlacementStatus, string>>,
  },
  en: {
    case: (reference: string) => `Case ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `from ${from} until further notice`),
    isProtected: "Protected identity",
    states: {
      [PlacementStatus.UNSPECIFIED]: "Unknown status",
      [PlacementStatus.RECEIVED]: "No supervisor yet",
      [PlacementStatus.ASSIGNED]: "Has a supervisor, not started yet",
      [PlacementStatus.ACTIVE]: "Ongoing",
      [PlacementStatus.ENDED]: "Ended",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Cancelled before the start",
      [PlacementStatus.INTERRUPTED]: "Ended early",
    },
  },
});
