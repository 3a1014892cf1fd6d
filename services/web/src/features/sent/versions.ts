// Which version of a month counts where several were sent, and what had left before a correction.
import { type Disclosure, DisclosureState } from "@/gen/deltaga/consent/v1/consent_service_pb";

type Sent = Pick<Disclosure, "monthReportId" | "recipient" | "revision" | "state">;

/** Earlier versions of a month that have left; to each recipient the last that is there, and what came after it. */
export function sentBefore<Row extends Sent>(rows: readonly Row[], monthReportId: string, revision: number): Row[] {
  const earlier = rows.filter((row) => row.monthReportId === monthReportId && row.revision < revision && hasLeft(row));
  return earlier.filter((row) => !earlier.some((other) => other.recipient === row.recipient && other.revision > row.revision && isThere(other)));
}

/** Whether each is with its recipient: not perhaps, not soon, and not refused. */
export function areAllThere(rows: readonly Sent[]): boolean {
  return rows.every(isThere);
}

export type Standing =
  /** It is the provider's latest, and so what counts. */
  | "latest"
  /** The same recipient has a later one. */
  | "replaced"
  /** A later one is on its way there. */
  | "replacing"
  /** It cannot be told whether a later one arrived there. */
  | "perhapsReplaced"
  /** A later one has reached it and was refused. */
  | "refused"
  /** The provider has corrected the month since; the recipient has no later one. */
  | "corrected"
  /** Nothing is to be said of others. */
  | "only";

/** How a version that was sent stands beside the others; `latest` is the provider's, where it is known. */
export function standingOf(row: Sent, rows: readonly Sent[], latest: number | undefined): Standing {
  const ofMonth = rows.filter(({ monthReportId, recipient }) => monthReportId === row.monthReportId && recipient === row.recipient);
  const later = ofMonth.filter((other) => other.revision > row.revision && hasLeft(other));
  if (later.length > 0) {
    return standingBefore(later);
  }
  if (latest !== undefined && latest > row.revision) {
    return "corrected";
  }
  return latest !== undefined && row.revision > 1 ? "latest" : "only";
}

// The last of them counts, unless one is there for certain.
function standingBefore(later: readonly Sent[]): Standing {
  const { state } = later.reduce((last, other) => (other.revision > last.revision ? other : last));
  if (later.some(isThere)) {
    return "replaced";
  }
  switch (state) {
    case DisclosureState.IN_TRANSFER:
      return "replacing";
    case DisclosureState.REFUSED:
      return "refused";
    default:
      return "perhapsReplaced";
  }
}

// What a recipient refuses has reached it all the same.
function hasLeft({ state }: Sent): boolean {
  return state !== DisclosureState.NOT_ARRIVED;
}

function isThere({ state }: Sent): boolean {
  return state === DisclosureState.SENT || state === DisclosureState.RECEIPTED;
}
