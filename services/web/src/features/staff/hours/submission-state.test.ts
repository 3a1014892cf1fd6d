import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";

import { isClosed, submissionStateOf, submitFromLater } from "./submission-state";

type Stored = Parameters<typeof submissionStateOf>[1];

const day = { year: 2026, month: 11, day: 2 };
const entries = (minutes: number) => (minutes > 0 ? [{ day, activityCode: "A", minutes }] : []);
const filled = (minutes: number, unread: string[] = []) => ({ entries: entries(minutes), ids: [], unread });
const draft = (minutes: number) => ({ entries: entries(minutes) }) as unknown as NonNullable<Stored["draft"]>;
const revision = (minutes: number, answer = Answer.WAITING) =>
  ({
    days: minutes > 0 ? [{ day, activities: [{ activityCode: "A", minutes, creditedMinutes: 480 }], creditedMinutes: 480 }] : [],
    answer,
  }) as unknown as Stored["revisions"][number];

test("a month that nobody has touched is empty, and no longer once something is filled in or saved", () => {
  strictEqual(submissionStateOf(filled(0), { revisions: [] }).kind, "empty");
  deepStrictEqual(submissionStateOf(filled(60), { revisions: [] }), { kind: "first", isSaved: false });
  deepStrictEqual(submissionStateOf(filled(0, ["x"]), { revisions: [] }), { kind: "first", isSaved: false });
  deepStrictEqual(submissionStateOf(filled(60), { draft: draft(60), revisions: [] }), { kind: "first", isSaved: true });
  deepStrictEqual(submissionStateOf(filled(0), { draft: draft(60), revisions: [] }), { kind: "first", isSaved: false });
});

test("what was submitted last is all submitted, whatever its minutes count as", () => {
  const last = revision(69);
  deepStrictEqual(submissionStateOf(filled(69), { revisions: [revision(60), last] }), { kind: "submitted", last, mayAskAgain: false });
  strictEqual(submissionStateOf(filled(69), { draft: draft(69), revisions: [last] }).kind, "submitted");
  strictEqual(submissionStateOf(filled(0), { revisions: [revision(0)] }).kind, "submitted");
});

test("what differs from the last submission is a correction, also where an earlier one said the same", () => {
  const last = revision(69);
  deepStrictEqual(submissionStateOf(filled(60), { revisions: [revision(60), last] }), { kind: "correction", isSaved: false, last });
  deepStrictEqual(submissionStateOf(filled(60), { draft: draft(60), revisions: [last] }), { kind: "correction", isSaved: true, last });
  strictEqual(submissionStateOf(filled(69, ["x"]), { revisions: [last] }).kind, "correction");
});

test("a draft of something else is told of", () => {
  const last = revision(69);
  deepStrictEqual(submissionStateOf(filled(69), { draft: draft(60), revisions: [last] }), { kind: "otherDraft", last });
});

test("the same may be put to the participant again once it was rejected or got no answer", () => {
  const again = [Answer.WAITING, Answer.APPROVED, Answer.REJECTED, Answer.LAPSED].map((answer) => {
    const state = submissionStateOf(filled(69), { revisions: [revision(69, answer)] });
    return state.kind === "submitted" && state.mayAskAgain;
  });
  deepStrictEqual(again, [false, false, true, true]);
});

test("a month is submitted from its day on, and not before", () => {
  const from = { year: 2026, month: 12, day: 1 };
  deepStrictEqual(submitFromLater(from, { year: 2026, month: 11, day: 30 }), from);
  strictEqual(submitFromLater(from, from), undefined);
  strictEqual(submitFromLater(from, { year: 2027, month: 1, day: 1 }), undefined);
  strictEqual(submitFromLater(undefined, from), undefined);
});

test("a month is closed from its day on", () => {
  const from = { year: 2027, month: 2, day: 28 };
  deepStrictEqual([{ year: 2027, month: 2, day: 27 }, from, { year: 2027, month: 3, day: 1 }].map((today) => isClosed(from, today)), [false, true, true]);
});
