// The participant's remarks on rows of a month: which belongs to a row, and what stands once one was saved.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer, type RowRemark } from "@/gen/deltaga/attendance/v1/month_pb";
import type { Day } from "@/shared/language/format";

/** A row: an activity on a day. */
export interface RowOf {
  readonly day: Day;
  readonly activityCode: string;
}

type Remark = Pick<RowRemark, "activityCode"> & { readonly day?: Day | undefined };

interface Remarkable {
  readonly remarksOffered: boolean;
  readonly summary?: Pick<NonNullable<OwnMonth["summary"]>, "answer"> | undefined;
}

/** Whether remarks may be written and changed: where they are offered, until the month is answered. */
export function isRemarkable({ remarksOffered, summary }: Remarkable): boolean {
  return remarksOffered && summary?.answer === Answer.WAITING;
}

export function remarkOn<One extends Remark>(remarks: readonly One[], row: RowOf): One | undefined {
  return remarks.find((remark) => isOn(remark, row));
}

/** The remarks once the one on a row is as it is now, in the order of rows. */
export function withRemark<One extends Remark>(remarks: readonly One[], row: RowOf, now: One | undefined): One[] {
  const others = remarks.filter((remark) => !isOn(remark, row));
  return [...others, ...(now ? [now] : [])].sort((one, other) => orderOf(one).localeCompare(orderOf(other)));
}

/** What is kept of a remark that is written on and not saved. */
export function remarkKey(monthReportId: string, row?: RowOf): string {
  const all = `remark ${monthReportId} `;
  return row ? `${all}${row.day.year}-${row.day.month}-${row.day.day} ${row.activityCode}` : all;
}

/** The rows that remarks are kept of, in their order. */
export function rowsOf(monthReportId: string, keys: readonly string[]): RowOf[] {
  const all = remarkKey(monthReportId);
  const rows = keys.flatMap((key) => {
    const [, year, month, day, activityCode] = /^(\d+)-(\d+)-(\d+) (.+)$/.exec(key.slice(all.length)) ?? [];
    return activityCode === undefined ? [] : [{ day: { year: Number(year), month: Number(month), day: Number(day) }, activityCode }];
  });
  return rows.sort((one, other) => orderOf(one).localeCompare(orderOf(other)));
}

/** The id of the field of a row's remark. */
export function remarkFieldId({ day, activityCode }: RowOf): string {
  return `remark-${day.year}-${day.month}-${day.day}-${activityCode}`;
}

/** Whether the month has the row: a correction may have taken it away while somebody wrote. */
export function hasRow({ days }: Pick<OwnMonth, "days">, row: RowOf): boolean {
  return days.some(({ day, activities }) => activities.some(({ activityCode }) => isOn({ activityCode, ...(day && { day }) }, row)));
}

/** What can be said of remarks that are not saved: some can be, where their rows are there, and some cannot. */
export function chancesOf(month: Pick<OwnMonth, "days">, rows: readonly RowOf[]): { canSave: boolean; isAnyGone: boolean } {
  return { canSave: rows.some((row) => hasRow(month, row)), isAnyGone: rows.some((row) => !hasRow(month, row)) };
}

function isOn({ day, activityCode }: Remark, row: RowOf): boolean {
  return activityCode === row.activityCode && day?.year === row.day.year && day.month === row.day.month && day.day === row.day.day;
}

function orderOf({ day, activityCode }: Remark): string {
  const padded = [day?.year, day?.month, day?.day].map((part) => String(part ?? 0).padStart(4, "0"));
  return [...padded, activityCode].join(" ");
}
