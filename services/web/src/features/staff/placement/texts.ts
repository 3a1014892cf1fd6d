import { PlacementStatus } from "@/gen/deltaga/participants/v1/placement_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    case: (reference: string) => `Ärende ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `från ${from} och tills vidare`),
    isProtected: "Skyddade personuppgifter",
    states: {
      [PlacementStatus.UNSPECIFIED]: "Tjänst: okänd status",
      [PlacementStatus.RECEIVED]: "Tjänst: ingen handledare än",
      [PlacementStatus.ASSIGNED]: "Tjänst: har handledare, har inte börjat än",
      [PlacementStatus.ACTIVE]: "Tjänst: pågår",
      [PlacementStatus.ENDED]: "Tjänst: avslutad",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Tjänst: avbruten före start",
      [PlacementStatus.INTERRUPTED]: "Tjänst: avbruten",
    } as Readonly<Record<PlacementStatus, string>>,
  },
  en: {
    case: (reference: string) => `Case ${reference}`,
    period: (from: string, to: string) => (to ? `${from} – ${to}` : `from ${from} until further notice`),
    isProtected: "Protected identity",
    states: {
      [PlacementStatus.UNSPECIFIED]: "Service: unknown status",
      [PlacementStatus.RECEIVED]: "Service: no supervisor yet",
      [PlacementStatus.ASSIGNED]: "Service: has a supervisor, not started yet",
      [PlacementStatus.ACTIVE]: "Service: ongoing",
      [PlacementStatus.ENDED]: "Service: ended",
      [PlacementStatus.INTERRUPTED_BEFORE_START]: "Service: cancelled before the start",
      [PlacementStatus.INTERRUPTED]: "Service: ended early",
    },
  },
});
