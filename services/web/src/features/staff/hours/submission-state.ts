// How what stands in the fields compares with what is saved and with what was submitted, and so what is left to do.
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import type { MonthDraft, SubmittedMonth } from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { Day } from "@/shared/language/format";

import { dayNumber } from "../today";
import { entriesOfRevision, type Filled, sameEntries } from "./grid";

type Submitted = Pick<SubmittedMonth, "days" | "answer" | "submittedAt">;

interface Stored {
  readonly draft?: Pick<MonthDraft, "entries"> | undefined;
  readonly revisions: readonly Submitted[];
}

export type SubmissionState =
  /** Nothing is filled in, and nothing was before. */
  | { readonly kind: "empty" }
  /** Nothing was submitted yet. */
  | { readonly kind: "first"; readonly isSaved: boolean }
  /** It differs from what was submitted last, which holds until it is submitted. */
  | { readonly kind: "correction"; readonly isSaved: boolean; readonly last: Submitted }
  /** It is what was submitted last, but a saved draft says something else. */
  | { readonly kind: "otherDraft"; readonly last: Submitted }
  /** All of it is submitted. */
  | { readonly kind: "submitted"; readonly last: Submitted; readonly mayAskAgain: boolean };

export function submissionStateOf(filled: Filled, { draft, revisions }: Stored): SubmissionState {
  const last = revisions.at(-1);
  const is = (entries: Filled["entries"] | MonthDraft["entries"] | ReturnType<typeof entriesOfRevision>) =>
    filled.unread.length === 0 && sameEntries(filled.entries, entries);
  const isSaved = draft !== undefined && is(draft.entries);
  if (!last) {
    const isEmpty = !draft && is([]);
    return isEmpty ? { kind: "empty" } : { kind: "first", isSaved };
  }
  if (!is(entriesOfRevision(last))) {
    return { kind: "correction", isSaved, last };
  }
  return draft && !isSaved ? { kind: "otherDraft", last } : { kind: "submitted", last, mayAskAgain: mayAskAgain(last) };
}

/** The day from which the month may be submitted, while it has not come. */
export function submitFromLater(submitFrom: Day | undefined, today: Day): Day | undefined {
  return submitFrom && dayNumber(today) < dayNumber(submitFrom) ? submitFrom : undefined;
}

/** Whether the month can no longer be submitted or corrected. */
export function isClosed(closedFrom: Day, today: Day): boolean {
  return dayNumber(today) >= dayNumber(closedFrom);
}

// While it waits or is approved the service refuses to ask the same anew, since that would only undo it.
function mayAskAgain({ answer }: Submitted): boolean {
  return answer === Answer.REJECTED || answer === Answer.LAPSED;
}
