import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";

import { DaySchema, MonthSchema } from "@/gen/deltaga/types/v1/types_pb";

import { formats, weekOf } from "./format";

const [sv, en] = [formats("sv"), formats("en")];
const day = (year: number, month: number, date: number) => create(DaySchema, { year, month, day: date });
const instant = (text: string) => timestampFromDate(new Date(text));

test("weeks are counted by ISO 8601", () => {
  const weeks = [day(2026, 1, 1), day(2027, 1, 1), day(2021, 1, 3), day(2026, 12, 28), day(2026, 11, 2)].map(weekOf);

  deepStrictEqual(weeks, [1, 53, 53, 53, 45]);
});

test("days and months are written as in Sweden", () => {
  strictEqual(sv.month(create(MonthSchema, { year: 2026, month: 10 })), "oktober 2026");
  strictEqual(sv.day(day(2026, 10, 3)), "3 oktober 2026");
  strictEqual(sv.weekday(day(2026, 10, 3)), "lördag 3 oktober");
  strictEqual(en.day(day(2026, 10, 3)), "3 October 2026");
  strictEqual(sv.week(40), "vecka 40");
});

test("instants are told by the clock in Stockholm, summer and winter", () => {
  strictEqual(sv.instant(instant("2026-07-01T12:05:00Z")), "1 juli 2026 kl. 14:05");
  strictEqual(sv.instant(instant("2026-12-31T23:30:00Z")), "1 januari 2027 kl. 00:30");
  strictEqual(en.instant(instant("2026-07-01T12:05:00Z")), "1 July 2026 at 14:05");
});

test("what ends at midnight can be done through the day before", () => {
  strictEqual(sv.lastDayBefore(instant("2027-02-23T23:00:00Z")), "23 februari 2027");
  strictEqual(sv.lastDayBefore(instant("2026-06-30T22:00:00Z")), "30 juni 2026");
});

test("hours and minutes are told in words, each with its own singular", () => {
  const written = (minutes: number) => [sv.hours(minutes), en.hours(minutes)].map((text) => text.replaceAll("\u00a0", " "));

  deepStrictEqual(written(60), ["1 timme", "1 hour"]);
  deepStrictEqual(written(0), ["0 timmar", "0 hours"]);
  deepStrictEqual(written(45), ["45 minuter", "45 minutes"]);
  deepStrictEqual(written(121), ["2 timmar 1 minut", "2 hours 1 minute"]);
  deepStrictEqual(written(3_801), ["63 timmar 21 minuter", "63 hours 21 minutes"]);
  deepStrictEqual(written(4320), ["72 timmar", "72 hours"]);
});

test("days of a month that follow each other are told by the first and the last", () => {
  const written = (from: number, to: number) =>
    [sv, en].map((words) => words.days(day(2026, 11, from), day(2026, 11, to)).replace(/\s*–\s*/, "–"));

  deepStrictEqual(written(2, 6), ["2–6 november", "2–6 November"]);
  deepStrictEqual(written(30, 30), ["30 november", "30 November"]);
});

test("sizes are told in the unit that suits them", () => {
  const written = (bytes: number) => [sv.size(bytes), en.size(bytes)].map((text) => text.replace("\u00a0", " "));

  deepStrictEqual(written(12_540), ["12,5 kB", "12.5 kB"]);
  deepStrictEqual(written(999_949), ["999,9 kB", "999.9 kB"]);
  deepStrictEqual(written(1_200_000), ["1,2 MB", "1.2 MB"]);
});
