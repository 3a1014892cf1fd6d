// What was signed of a month, whatever it says by now.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import type { Outcome } from "@/features/signing/signing";

/** The revision that was signed. */
export function signedRevision(outcomes: readonly Outcome[]): number | undefined {
  for (const outcome of outcomes) {
    if (outcome.kind === "approval") {
      return outcome.revision;
    }
    if (outcome.kind === "unread" && outcome.document.kind === "approval") {
      return outcome.document.revision;
    }
  }
  return undefined;
}

/** The minutes of a revision, where the month is known as it was in that revision. */
export function minutesOf({ summary }: Pick<OwnMonth, "summary">, revision: number): number | undefined {
  return summary?.revision === revision ? summary.creditedMinutes : undefined;
}
