// Which version of a month counts where several were sent, and what had left before a correction.
import { type Disclosure, DisclosureState } from "@/gen/deltaga/consent/v1/consent_service_pb";

type Sent = Pick<Disclosure, "monthReportId" | "recipient" | "revision" | "state">;

/** What the recipient has, or may have. */
const LEFT: readonly DisclosureState[] = [
  DisclosureState.IN_TRANSFER,
  DisclosureState.POSSIBLY_SENT,
  DisclosureState.SENT,
  DisclosureState.RECEIPTED,
];

/** Earlier versions of a month that have left; to each recipient the last of them. */
export function sentBefore<Row extends Sent>(rows: readonly Row[], monthReportId: string, revision: number): Row[] {
  const earlier = rows.filter((row) => row.monthReportId === monthReportId && row.revision < revision && hasLeft(row));
  return earlier.filter((row) => !earlier.some((other) => other.recipient === row.recipient && other.revision > row.revision));
}

export type Standing =
  /** It is the provider's latest, and so what counts. */
  | "latest"
  /** A later one was sent to the same recipient. */
  | "replaced"
  /** The provider has corrected the month since; no later one has left. */
  | "corrected"
  /** Nothing is to be said of others. */
  | "only";

/** How a version that was sent stands beside the others; `latest` is the provider's, where it is known. */
export function standingOf(row: Sent, rows: readonly Sent[], latest: number | undefined): Standing {
  const ofMonth = rows.filter(({ monthReportId, recipient }) => monthReportId === row.monthReportId && recipient === row.recipient);
  if (ofMonth.some((other) => other.revision > row.revision && hasLeft(other))) {
    return "replaced";
  }
  if (latest !== undefined && latest > row.revision) {
    return "corrected";
  }
  return latest !== undefined && row.revision > 1 ? "latest" : "only";
}

function hasLeft({ state }: Sent): boolean {
  return LEFT.includes(state);
}
