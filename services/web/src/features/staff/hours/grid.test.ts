import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { daysOf, differencesOf, entriesOfRevision, filledIn, gridOf, hoursText, minutesOf, sameEntries } from "./grid";

const day = (date: number) => ({ year: 2026, month: 11, day: date });
const entry = (date: number, activityCode: string, minutes: number) => ({ day: day(date), activityCode, minutes });

test("hours are read as people write them", () => {
  const read = ["7", "7,5", "7.5", "7:30", " 0,25 ", "", "0", "00:00"].map(minutesOf);
  deepStrictEqual(read, [420, 450, 450, 450, 15, 0, 0, 0]);
});

test("what is no time is not read", () => {
  const read = ["x", "-1", "7,555", "7:60", "7 5", "1e1", "100", "7,", ",5", "7h"].map(minutesOf);
  deepStrictEqual(read, read.map(() => undefined));
});

test("hours stand in fields whole or by the clock", () => {
  deepStrictEqual([60, 480, 87, 90, 109, 5].map(hoursText), ["1", "8", "1:27", "1:30", "1:49", "0:05"]);
});

test("every number of minutes is written so that it is read as itself", () => {
  for (let minutes = 1; minutes <= 24 * 60; minutes += 1) {
    strictEqual(minutesOf(hoursText(minutes)), minutes, hoursText(minutes));
  }
});

test("entries that are put into fields come out as they were, by day and code", () => {
  const entries = [entry(2, "A", 60), entry(2, "B", 450), entry(10, "A", 80)];
  const days = daysOf([{ day: day(10), activityCodes: ["A", "B"] }, { day: day(2), activityCodes: ["B", "A"] }], []);
  const { entries: back, ids, unread } = filledIn(gridOf([...entries].reverse()), days);
  deepStrictEqual(back, entries);
  deepStrictEqual(ids, ["hours-2-A", "hours-2-B", "hours-10-A"]);
  deepStrictEqual(unread, []);
});

test("a field that holds no time is told, and nothing is made of it", () => {
  const days = daysOf([{ day: day(2), activityCodes: ["A", "B"] }], []);
  const { entries, unread } = filledIn({ "hours-2-A": "sju", "hours-2-B": "1" }, days);
  deepStrictEqual(entries, [entry(2, "B", 60)]);
  deepStrictEqual(unread, ["hours-2-A"]);
});

test("what stands on a day or activity that is no longer open has a field, so that it can be taken away", () => {
  const days = daysOf([{ day: day(2), activityCodes: ["A"] }], [entry(1, "A", 60), entry(2, "OLD", 60)]);
  deepStrictEqual(days, [
    { day: day(1), activityCodes: ["A"] },
    { day: day(2), activityCodes: ["A", "OLD"] },
  ]);
});

test("a correction begins with what was submitted", () => {
  const days = [{ day: day(2), activities: [{ activityCode: "A", minutes: 90, creditedMinutes: 120 }], creditedMinutes: 120 }];
  deepStrictEqual(entriesOfRevision({ days } as unknown as Parameters<typeof entriesOfRevision>[0]), [entry(2, "A", 90)]);
});

test("the order of entries makes no difference, their time does", () => {
  strictEqual(sameEntries([entry(1, "A", 60), entry(2, "A", 60)], [entry(2, "A", 60), entry(1, "A", 60)]), true);
  strictEqual(sameEntries([entry(1, "A", 60)], [entry(1, "A", 61)]), false);
  strictEqual(sameEntries([entry(1, "A", 60)], []), false);
});

test("versions differ on the days on which one has other hours, or none", () => {
  const mine = [entry(2, "A", 60), entry(3, "A", 60), entry(9, "B", 30)];
  const theirs = [entry(9, "A", 30), entry(3, "A", 90), entry(2, "A", 60)];
  deepStrictEqual(differencesOf(mine, theirs), [
    { day: day(3), one: 60, other: 90 },
    { day: day(9), one: 30, other: 30 },
  ]);
  deepStrictEqual(differencesOf([], mine.slice(0, 1)), [{ day: day(2), one: 0, other: 60 }]);
  deepStrictEqual(differencesOf(mine, mine.toReversed()), []);
});
