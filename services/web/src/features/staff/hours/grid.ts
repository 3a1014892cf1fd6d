// The hours of a month as they stand in fields, and as entries of the contract. Nothing is rounded or judged here.
import type { MonthEntry, OpenDay, SubmittedMonth } from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { Day } from "@/shared/language/format";

const MINUTES = 60;

/** What stands in the fields, by their ids. A field that nothing stands in is left out. */
export type Grid = Readonly<Record<string, string>>;

interface Row {
  readonly day: Day;
  readonly activityCode: string;
}

export type Entry = Pick<MonthEntry, "activityCode" | "minutes"> & { readonly day?: Day | undefined };
type Opened = Pick<OpenDay, "activityCodes"> & { readonly day?: Day | undefined };

/** A day with the activities that have a field on it. */
export interface GridDay {
  readonly day: Day;
  readonly activityCodes: readonly string[];
}

export interface Filled {
  /** By day and code. */
  readonly entries: readonly { readonly day: Day; readonly activityCode: string; readonly minutes: number }[];
  /** Ids of their fields, in the same order. */
  readonly ids: readonly string[];
  /** Ids of fields that hold no hours. */
  readonly unread: readonly string[];
}

/** A day on which two versions say something else, and what it comes to in each. */
export interface Difference {
  readonly day: Day;
  readonly one: number;
  readonly other: number;
}

export function fieldId({ day, activityCode }: Row): string {
  return `hours-${day.day}-${activityCode}`;
}

export function gridOf(entries: readonly Entry[]): Grid {
  return Object.fromEntries(
    entries.flatMap(({ day, activityCode, minutes }) => (day && minutes > 0 ? [[fieldId({ day, activityCode }), hoursText(minutes)]] : [])),
  );
}

/** What was submitted last, for whoever begins a correction. */
export function entriesOfRevision({ days }: Pick<SubmittedMonth, "days">): Entry[] {
  return days.flatMap(({ day, activities }) =>
    activities.map(({ activityCode, minutes }) => ({ ...(day && { day }), activityCode, minutes })),
  );
}

/** Days that may be reported on, and those on which something stands although it may not, so that it can be taken away. */
export function daysOf(open: readonly Opened[], entries: readonly Entry[]): GridDay[] {
  const days = new Map<number, { day: Day; codes: Set<string> }>();
  const add = (day: Day | undefined, codes: readonly string[]) => {
    if (day) {
      const known = days.get(day.day) ?? { day, codes: new Set<string>() };
      codes.forEach((code) => known.codes.add(code));
      days.set(day.day, known);
    }
  };
  open.forEach(({ day, activityCodes }) => add(day, activityCodes));
  entries.forEach(({ day, activityCode }) => add(day, [activityCode]));
  return [...days.values()]
    .sort((one, other) => one.day.day - other.day.day)
    .map(({ day, codes }) => ({ day, activityCodes: [...codes].sort() }));
}

export function filledIn(grid: Grid, days: readonly GridDay[]): Filled {
  const entries = [];
  const ids = [];
  const unread = [];
  for (const { day, activityCodes } of days) {
    for (const activityCode of activityCodes) {
      const id = fieldId({ day, activityCode });
      const minutes = minutesOf(grid[id] ?? "");
      if (minutes === undefined) {
        unread.push(id);
      } else if (minutes > 0) {
        entries.push({ day, activityCode, minutes });
        ids.push(id);
      }
    }
  }
  return { entries, ids, unread };
}

export function sameEntries(one: readonly Entry[], other: readonly Entry[]): boolean {
  const written = (entries: readonly Entry[]) =>
    entries.map(({ day, activityCode, minutes }) => `${day?.day} ${activityCode} ${minutes}`).sort().join("\n");
  return written(one) === written(other);
}

/** The days on which they say something else, in their order, with the minutes of each. */
export function differencesOf(one: readonly Entry[], other: readonly Entry[]): Difference[] {
  const days = new Map([...one, ...other].flatMap(({ day }) => (day ? [[day.day, day] as const] : [])));
  return [...days.values()]
    .sort((first, second) => first.day - second.day)
    .flatMap((day) => {
      const [ofOne, ofOther] = [one, other].map((entries) => entries.filter((entry) => entry.day?.day === day.day)) as [Entry[], Entry[]];
      return sameEntries(ofOne, ofOther) ? [] : [{ day, one: minutesIn(ofOne), other: minutesIn(ofOther) }];
    });
}

export function minutesIn(entries: readonly Pick<Entry, "minutes">[]): number {
  return entries.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Minutes of 7, 7,5, 7.5 or 7:30; nothing is none, and anything else is no time. */
export function minutesOf(text: string): number | undefined {
  const typed = text.trim();
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(typed);
  if (clock) {
    return Number(clock[1]) * MINUTES + Number(clock[2]);
  }
  if (typed === "") {
    return 0;
  }
  return /^\d{1,2}([.,]\d{1,2})?$/.test(typed) ? Math.round(Number(typed.replace(",", ".")) * MINUTES) : undefined;
}

/** Minutes as they stand in a field: whole hours, else by the clock. A comma is never written, or 1,45 would stand beside 1:49. */
export function hoursText(minutes: number): string {
  const [whole, rest] = [Math.floor(minutes / MINUTES), minutes % MINUTES];
  return rest === 0 ? String(whole) : `${whole}:${String(rest).padStart(2, "0")}`;
}
