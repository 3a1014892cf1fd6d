import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { filledIn } from "./grid";
import { askedOf, isReadAnew, stored, workOf } from "./working";

type Read = Parameters<typeof workOf>[1];

const day = { year: 2026, month: 11, day: 2 };
const entry = (minutes: number) => ({ day, activityCode: "A", minutes });
const openDays = [{ day, activityCodes: ["A"] }] as unknown as Read["openDays"];
const draft = (minutes: number) => ({ entries: [entry(minutes)] }) as unknown as NonNullable<Read["draft"]>;
const revision = (minutes: number) =>
  ({ days: [{ day, activities: [{ activityCode: "A", minutes, creditedMinutes: 480 }] }] }) as unknown as Read["revisions"][number];
const read = (etag: string, more: Partial<Read> = {}): Read => ({ etag, openDays, revisions: [], ...more });
const filled = (text: string) => filledIn({ "hours-2-A": text }, [{ day, activityCodes: ["A"] }]);

test("fields begin with the draft, or else with what was submitted last", () => {
  deepStrictEqual(stored(read("1", { draft: draft(60), revisions: [revision(120)] })), [entry(60)]);
  deepStrictEqual(stored(read("1", { revisions: [revision(60), revision(120)] })), [entry(120)]);
  deepStrictEqual(stored(read("1")), []);
});

test("where a colleague submitted and the draft is gone, theirs is what was submitted and no empty month", () => {
  deepStrictEqual(workOf(undefined, read("2", { revisions: [revision(360)] })), { grid: { "hours-2-A": "6" }, etag: "2" });
});

test("where nothing is typed the fields follow what is read, with its etag", () => {
  deepStrictEqual(workOf(undefined, read("1", { draft: draft(60) })), { grid: { "hours-2-A": "1" }, etag: "1" });
  deepStrictEqual(workOf(undefined, read("2", { draft: draft(120) })), { grid: { "hours-2-A": "2" }, etag: "2" });
});

test("what is typed keeps the etag it was filled from, whatever is read meanwhile", () => {
  const typed = { grid: { "hours-2-A": "3" }, etag: "1" };
  deepStrictEqual(workOf(typed, read("2", { draft: draft(120) })), typed);
  const unread = { grid: { "hours-2-A": "tre" }, etag: "1" };
  deepStrictEqual(workOf(unread, read("2")), unread);
});

test("what is typed and says what stands there is a change of that", () => {
  const typed = { grid: { "hours-2-A": "3,0" }, etag: "1" };
  deepStrictEqual(workOf(typed, read("2", { draft: draft(180) })), { grid: typed.grid, etag: "2" });
});

test("what is asked to be submitted is saved before unless the draft says so", () => {
  const work = { grid: {}, etag: "1" };
  strictEqual(askedOf(filled("1"), work, { draft: draft(60) }).isSaved, true);
  strictEqual(askedOf(filled("2"), work, { draft: draft(60) }).isSaved, false);
  strictEqual(askedOf(filled("1"), work, {}).isSaved, false);
  strictEqual(askedOf(filled(""), work, {}).isSaved, true);
  strictEqual(askedOf(filled(""), work, { draft: draft(60) }).isSaved, false);
  strictEqual(askedOf(filled("1"), work, {}).etag, "1");
});

test("the month is read anew when it was saved over something that was not read", () => {
  strictEqual(isReadAnew(read("1"), "1", draft(60)), false);
  strictEqual(isReadAnew(read("1"), "2", draft(60)), true);
  strictEqual(isReadAnew(undefined, "1", draft(60)), true);
});

test("the month is read anew when the draft says what is submitted", () => {
  strictEqual(isReadAnew(read("1", { revisions: [revision(60)] }), "1", draft(60)), true);
  strictEqual(isReadAnew(read("1", { revisions: [revision(60), revision(120)] }), "1", draft(60)), false);
});
