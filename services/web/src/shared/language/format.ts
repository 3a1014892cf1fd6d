// Days, weeks, times and hours as they are written in Sweden, in Swedish or in English. All days are days in Stockholm.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useMemo } from "react";

import type * as types from "@/gen/deltaga/types/v1/types_pb";

import { type Language, useLanguage } from "./language";

const ZONE = "Europe/Stockholm";
const LOCALES = { sv: "sv-SE", en: "en-GB" } as const;
const WORDS = {
  sv: { hour: "timme", hours: "timmar", minute: "minut", minutes: "minuter", week: "vecka", at: "kl." },
  en: { hour: "hour", hours: "hours", minute: "minute", minutes: "minutes", week: "week", at: "at" },
} as const;
const MINUTES_PER_HOUR = 60;
const KILOBYTE = 1_000;
const MEGABYTE = 1_000_000;
const DAY = 24 * 60 * 60 * 1000;

export type Day = Pick<types.Day, "year" | "month" | "day">;
export type Month = Pick<types.Month, "year" | "month">;

export interface Formats {
  /** oktober 2026 */
  month: (month: Month) => string;
  /** 3 oktober 2026 */
  day: (day: Day) => string;
  /** lördag 3 oktober */
  weekday: (day: Day) => string;
  /** 2–6 november, of one month */
  days: (first: Day, last: Day) => string;
  /** vecka 40 */
  week: (week: number) => string;
  /** 3 oktober 2026 */
  dayOf: (instant: Timestamp) => string;
  /** 3 oktober 2026 kl. 14:05 */
  instant: (instant: Timestamp) => string;
  /** 14:05 */
  time: (instant: Timestamp) => string;
  /** The last day before an instant: what ends at midnight ends with the day before. */
  lastDayBefore: (instant: Timestamp) => string;
  /** 7 timmar 30 minuter, in words alone: 7,30 and 7:30 are taken for each other. */
  hours: (minutes: number) => string;
  /** 12,5 kB */
  size: (bytes: number) => string;
}

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formats(language), [language]);
}

export function formats(language: Language): Formats {
  const locale = LOCALES[language];
  const words = WORDS[language];
  const local = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: ZONE });
  const calendar = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const long: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };
  const [monthFormat, dayFormat] = [calendar({ month: "long", year: "numeric" }), calendar(long)];
  const weekdayFormat = calendar({ weekday: "long", day: "numeric", month: "long" });
  const daysFormat = calendar({ day: "numeric", month: "long" });
  const [localDay, localTime] = [local(long), local({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })];
  const sizes = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const counted = (count: number, one: string, many: string) => `${count}\u00a0${count === 1 ? one : many}`;
  return {
    month: (month) => monthFormat.format(Date.UTC(month.year, month.month - 1, 1)),
    day: (day) => dayFormat.format(utc(day)),
    weekday: (day) => weekdayFormat.format(utc(day)),
    days: (first, last) => daysFormat.formatRange(utc(first), utc(last)),
    week: (week) => `${words.week} ${week}`,
    dayOf: (instant) => localDay.format(timestampDate(instant)),
    instant: (instant) => {
      const date = timestampDate(instant);
      return `${localDay.format(date)} ${words.at} ${localTime.format(date)}`;
    },
    time: (instant) => localTime.format(timestampDate(instant)),
    lastDayBefore: (instant) => localDay.format(timestampDate(instant).getTime() - 1),
    hours: (minutes) => {
      const [whole, rest] = [Math.floor(minutes / MINUTES_PER_HOUR), minutes % MINUTES_PER_HOUR];
      const parts = [
        ...(whole > 0 || rest === 0 ? [counted(whole, words.hour, words.hours)] : []),
        ...(rest > 0 ? [counted(rest, words.minute, words.minutes)] : []),
      ];
      return parts.join(" ");
    },
    size: (bytes) => {
      const [unit, name] = bytes < MEGABYTE ? ([KILOBYTE, "kB"] as const) : ([MEGABYTE, "MB"] as const);
      return `${sizes.format(bytes / unit)}\u00a0${name}`;
    },
  };
}

/** A month or a name of one at the beginning of a line. */
export function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase("sv") + text.slice(1);
}

/** The number of the week by ISO 8601, as weeks are counted in Sweden. */
export function weekOf(day: Day): number {
  const date = new Date(utc(day));
  const thursday = date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY;
  const firstOfYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - firstOfYear) / (7 * DAY));
}

function utc(day: Day): number {
  return Date.UTC(day.year, day.month - 1, day.day);
}
