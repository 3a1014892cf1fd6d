import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { openAtFirst, summaryOf, weekdayOf, weeksOf } from "./weeks";

const RULES = "cooperation_history";
const day = (date: number) => ({ year: 2026, month: 11, day: date });
// Week 45 has the days 2 to 6, week 46 begins on the 9th.
const days = [2, 3, 9, 10].map((date) => ({ day: day(date), activityCodes: ["A", "B"] }));
const weeks = weeksOf(days);
const CAP = 480;
const LATER = { year: 2026, month: 12, day: 24 };

test("days are put together by their week", () => {
  deepStrictEqual(weeks.map(({ week, days: found }) => [week, found.map((one) => one.day.day)]), [[45, [2, 3]], [46, [9, 10]]]);
});

test("weeks begin on Mondays", () => {
  deepStrictEqual([1, 2, 6, 7, 8].map((date) => weekdayOf(day(date))), [7, 1, 5, 6, 7]);
});

test("the weeks around New Year keep their order", () => {
  const january = [1, 4].map((date) => ({ day: { year: 2027, month: 1, day: date }, activityCodes: ["A"] }));
  deepStrictEqual(weeksOf(january).map(({ week }) => week), [53, 1]);
});

test("a week tells its days with hours, both sums, and that a field cannot be read", () => {
  const grid = { "hours-2-A": "1,45", "hours-2-B": "0", "hours-3-A": "sju", "hours-9-A": "8" };
  deepStrictEqual(weeks.map((week) => summaryOf(week, grid, RULES, CAP)), [
    { typed: 87, reported: 120, filledDays: 1, hasUnread: true, hasTooLong: false },
    { typed: 480, reported: 480, filledDays: 1, hasUnread: false, hasTooLong: false },
  ]);
});

test("a week tells of a day that comes to more than may be reported, as it is rounded", () => {
  const tooLong = (grid: Record<string, string>, ruleSet = RULES) => weeks.map((week) => summaryOf(week, grid, ruleSet, CAP).hasTooLong);
  deepStrictEqual(tooLong({ "hours-3-A": "8", "hours-3-B": "0:30" }), [true, false]);
  deepStrictEqual(tooLong({ "hours-3-A": "7:30", "hours-3-B": "0:30" }), [true, false]);
  deepStrictEqual(tooLong({ "hours-3-A": "7:30", "hours-3-B": "0:30" }, "esf_plus_participant"), [false, false]);
  deepStrictEqual(tooLong({ "hours-9-A": "8", "hours-10-B": "8" }), [false, false]);
});

test("the first week with a day that has no hours is open", () => {
  deepStrictEqual(openAtFirst(weeks, {}, LATER, false), [45]);
  deepStrictEqual(openAtFirst(weeks, { "hours-2-A": "1" }, LATER, false), [45]);
  deepStrictEqual(openAtFirst(weeks, { "hours-2-A": "1", "hours-3-B": "1" }, LATER, false), [46]);
});

test("where every day has hours none is open but the present", () => {
  const full = { "hours-2-A": "1", "hours-3-A": "1", "hours-9-A": "1", "hours-10-A": "1" };
  deepStrictEqual(openAtFirst(weeks, full, LATER, false), []);
  deepStrictEqual(openAtFirst(weeks, full, day(13), false), [46]);
  deepStrictEqual(openAtFirst(weeks, {}, day(11), false), [45, 46]);
});

test("the week of the same number a year later is not the present", () => {
  deepStrictEqual(openAtFirst(weeks.slice(1), { "hours-9-A": "1", "hours-10-A": "1" }, { year: 2025, month: 11, day: 12 }, false), []);
});

test("where all is submitted none is open but the present", () => {
  deepStrictEqual(openAtFirst(weeks, {}, LATER, true), []);
  deepStrictEqual(openAtFirst(weeks, {}, day(11), true), [46]);
});
