// How the hours that count came to be of the time that was reported.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import type { DayActivity, MonthDay } from "@/gen/deltaga/attendance/v1/month_pb";

type Days = Pick<OwnMonth, "days">;

type Row = Pick<MonthDay, "day"> & Pick<DayActivity, "activityCode" | "minutes" | "creditedMinutes">;

const HOUR = 60;

export type Rounding =
  /** Time was rounded up; so much had been reported, and this is the first row where it shows. */
  | { readonly kind: "rounded"; readonly reported: number; readonly example: Row }
  /** Whole hours, and what was reported is the same or not told. */
  | { readonly kind: "whole" }
  /** As reported, to the minute; or nothing was. */
  | { readonly kind: "exact" };

export function roundingOf({ days }: Days): Rounding {
  const rows = days.flatMap(({ day, activities }) => activities.map((activity) => ({ ...activity, ...(day && { day }) })));
  const example = rows.find(({ minutes, creditedMinutes }) => minutes !== creditedMinutes);
  if (example) {
    return { kind: "rounded", example, reported: rows.reduce((sum, { minutes }) => sum + minutes, 0) };
  }
  const isWhole = rows.length > 0 && rows.every(({ creditedMinutes }) => creditedMinutes % HOUR === 0);
  return { kind: isWhole ? "whole" : "exact" };
}
