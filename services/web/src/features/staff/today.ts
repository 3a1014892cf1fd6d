// Days as the pages of providers need them. A day is a day in Stockholm.
import { serverNow } from "@/shared/connection/clock";
import type { Day, Month } from "@/shared/language/format";

const IN_STOCKHOLM = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" });

export function dayAt(instant: Date): Day {
  const [year = 0, month = 0, day = 0] = IN_STOCKHOLM.format(instant).split("-").map(Number);
  return { year, month, day };
}

export function today(): Day {
  return dayAt(serverNow());
}

/** For comparing days. */
export function dayNumber({ year, month, day }: Day): number {
  return year * 10_000 + month * 100 + day;
}

/** The month as it stands in an address, such as 2026-11. */
export function written({ year, month }: Month): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
}

/** A month as it stands in an address; undefined if it is none. */
export function parsedMonth(text: string): Month | undefined {
  const parts = /^(\d{4})-(\d{2})$/.exec(text);
  const [year, month] = [Number(parts?.[1]), Number(parts?.[2])];
  return parts && month >= 1 && month <= 12 ? { year, month } : undefined;
}

/** The month that is to be reported: it is submitted once it is over, and so it is the last one. */
export function monthToReport(on: Day): Month {
  return monthsLater(on, -1);
}

/** The month so many months later, or earlier. */
export function monthsLater({ year, month }: Month, count: number): Month {
  const months = year * 12 + month - 1 + count;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}
