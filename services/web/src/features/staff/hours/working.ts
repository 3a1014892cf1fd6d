// The fields of a month as somebody works on them, together with the etag of what they were filled from: saved under another
// etag they would take the place of what a colleague saved meanwhile, unseen.
import type { GetMonthResponse, MonthDraft } from "@/gen/deltaga/attendance/v1/month_service_pb";

import { daysOf, type Entry, entriesOfRevision, filledIn, type Filled, type Grid, gridOf, sameEntries } from "./grid";

export interface Work {
  readonly grid: Grid;
  /** Of what the fields were filled from. */
  readonly etag: string;
}

/** What is asked to be submitted, as it stood when it was asked. */
export interface Asked {
  readonly filled: Filled;
  readonly etag: string;
  /** Whether the draft says so already, or there is none and nothing to say. */
  readonly isSaved: boolean;
}

type Read = Pick<GetMonthResponse, "etag" | "openDays"> & {
  readonly draft?: Pick<MonthDraft, "entries"> | undefined;
  readonly revisions: readonly Pick<GetMonthResponse["revisions"][number], "days">[];
};

/** What the fields begin with: the draft, or else what was submitted last. */
export function stored({ draft, revisions }: Pick<Read, "draft" | "revisions">): readonly Entry[] {
  return draft?.entries ?? entriesOfRevision(revisions.at(-1) ?? { days: [] });
}

/** What stands in the fields: what was typed and not sent, under its own etag, or else what was read. */
export function workOf(kept: Work | undefined, read: Read): Work {
  if (!kept) {
    return { grid: gridOf(stored(read)), etag: read.etag };
  }
  const { entries, unread } = filledIn(kept.grid, daysOf(read.openDays, stored(read)));
  const isRead = unread.length === 0 && sameEntries(entries, stored(read));
  return isRead ? { grid: kept.grid, etag: read.etag } : kept;
}

export function askedOf(filled: Filled, { etag }: Work, { draft }: Pick<Read, "draft">): Asked {
  return { filled, etag, isSaved: sameEntries(filled.entries, draft?.entries ?? []) };
}

/**
 * Whether the page knows too little after a draft was saved under an etag: it had not read what stood there before, or the draft
 * says what is submitted already, which the service need not keep.
 */
export function isReadAnew(read: Read | undefined, etag: string, saved: Pick<MonthDraft, "entries">): boolean {
  const last = read?.revisions.at(-1);
  return read?.etag !== etag || (last !== undefined && sameEntries(saved.entries, entriesOfRevision(last)));
}
