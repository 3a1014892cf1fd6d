// How the hours that count came to be of the time that was reported.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";

type Days = Pick<OwnMonth, "days">;

const HOUR = 60;

export type Rounding =
  /** Time was rounded up; so much had been reported. */
  | { readonly kind: "rounded"; readonly reported: number }
  /** Whole hours, and what was reported is the same or not told. */
  | { readonly kind: "whole" }
  /** As reported, to the minute; or nothing was. */
  | { readonly kind: "exact" };

export function roundingOf({ days }: Days): Rounding {
  const rows = days.flatMap(({ activities }) => activities);
  if (rows.some(({ minutes, creditedMinutes }) => minutes !== creditedMinutes)) {
    return { kind: "rounded", reported: rows.reduce((sum, { minutes }) => sum + minutes, 0) };
  }
  const isWhole = rows.length > 0 && rows.every(({ creditedMinutes }) => creditedMinutes % HOUR === 0);
  return { kind: isWhole ? "whole" : "exact" };
}
