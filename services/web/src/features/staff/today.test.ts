import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { dayAt, monthsLater, monthToReport, parsedMonth, written } from "./today";

test("a day begins at midnight in Stockholm", () => {
  deepStrictEqual(dayAt(new Date("2026-06-30T21:59:59Z")), { year: 2026, month: 6, day: 30 });
  deepStrictEqual(dayAt(new Date("2026-06-30T22:00:00Z")), { year: 2026, month: 7, day: 1 });
  deepStrictEqual(dayAt(new Date("2026-12-31T23:00:00Z")), { year: 2027, month: 1, day: 1 });
});

test("a month in an address is read as it is written, and nothing else is", () => {
  deepStrictEqual(parsedMonth(written({ year: 2026, month: 3 })), { year: 2026, month: 3 });
  deepStrictEqual(["2026-13", "2026-00", "2026-3", "", "x"].map(parsedMonth), Array(5).fill(undefined));
});

test("months are counted across years", () => {
  deepStrictEqual(monthsLater({ year: 2026, month: 12 }, 1), { year: 2027, month: 1 });
  deepStrictEqual(monthsLater({ year: 2026, month: 1 }, -1), { year: 2025, month: 12 });
  deepStrictEqual(monthsLater({ year: 2026, month: 6 }, 0), { year: 2026, month: 6 });
});

test("the month before is to be reported, whatever the day", () => {
  deepStrictEqual(monthToReport({ year: 2026, month: 12, day: 1 }), { year: 2026, month: 11 });
  deepStrictEqual(monthToReport({ year: 2026, month: 12, day: 31 }), { year: 2026, month: 11 });
  deepStrictEqual(monthToReport({ year: 2027, month: 1, day: 1 }), { year: 2026, month: 12 });
});
