// The days of a month week by week, what stands in each week, and which weeks are open at first.
import { type Day, weekOf } from "@/shared/language/format";

import { filledIn, type Grid, type GridDay } from "./grid";
import { type Sums, sumsOf } from "./reported";

const DAY = 24 * 60 * 60 * 1000;

export interface GridWeek {
  readonly week: number;
  readonly days: readonly GridDay[];
}

export interface WeekSummary extends Sums {
  /** How many of its days have hours. */
  readonly filledDays: number;
  readonly hasUnread: boolean;
  /** Whether one of its days comes to more than may be reported. */
  readonly hasTooLong: boolean;
}

/** In the order of the days. */
export function weeksOf(days: readonly GridDay[]): GridWeek[] {
  const weeks = new Map<number, GridDay[]>();
  for (const day of days) {
    const week = weekOf(day.day);
    weeks.set(week, [...(weeks.get(week) ?? []), day]);
  }
  return [...weeks].map(([week, daysOfWeek]) => ({ week, days: daysOfWeek }));
}

/** From 1 for Monday to 7. */
export function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
}

export function summaryOf({ days }: GridWeek, grid: Grid, ruleSet: string, dayCap: number): WeekSummary {
  const { entries, unread } = filledIn(grid, days);
  const filledDays = new Set(entries.map(({ day }) => day.day)).size;
  const hasTooLong = days.some((day) => reportedOn(day, grid, ruleSet) > dayCap);
  return { ...sumsOf(entries, ruleSet), filledDays, hasUnread: unread.length > 0, hasTooLong };
}

/** What a day comes to. */
export function reportedOn(day: GridDay, grid: Grid, ruleSet: string): number {
  return sumsOf(filledIn(grid, [day]).entries, ruleSet).reported;
}

/** The present week, and unless all is done the first in which a day has no hours yet: there somebody goes on. */
export function openAtFirst(weeks: readonly GridWeek[], grid: Grid, today: Day, isDone: boolean): number[] {
  const unfilled = isDone ? undefined : weeks.find(({ days }) => days.some((day) => filledIn(grid, [day]).entries.length === 0));
  return weeks.filter((week) => week === unfilled || isPresent(week, today)).map(({ week }) => week);
}

function isPresent({ week, days: [first] }: GridWeek, today: Day): boolean {
  return first !== undefined && week === weekOf(today) && Math.abs(dayCount(first.day) - dayCount(today)) < 7;
}

function dayCount({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / DAY;
}
