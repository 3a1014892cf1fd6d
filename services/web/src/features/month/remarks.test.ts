import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { OwnMonthSchema } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";

import { chancesOf, hasRow, isRemarkable, remarkFieldId, remarkKey, remarkOn, rowsOf, withRemark } from "./remarks";

const day = (date: number) => ({ year: 2026, month: 10, day: date });
const remark = (date: number, activityCode: string, text: string) => ({ day: day(date), activityCode, text });
const all = [remark(2, "STUDY", "a"), remark(10, "STUDY", "b")];

test("a remark belongs to its day and activity alone", () => {
  strictEqual(remarkOn(all, { day: day(2), activityCode: "STUDY" })?.text, "a");
  strictEqual(remarkOn(all, { day: day(2), activityCode: "WORK" }), undefined);
  strictEqual(remarkOn(all, { day: day(3), activityCode: "STUDY" }), undefined);
  strictEqual(remarkOn(all, { day: { ...day(2), month: 9 }, activityCode: "STUDY" }), undefined);
});

test("what is saved takes the place of what stood there, in the order of days", () => {
  const row = { day: day(9), activityCode: "STUDY" };
  const added = withRemark(all, row, remark(9, "STUDY", "c"));
  deepStrictEqual(added.map(({ text }) => text), ["a", "c", "b"]);
  deepStrictEqual(withRemark(added, row, remark(9, "STUDY", "d")).map(({ text }) => text), ["a", "d", "b"]);
});

test("what is removed is gone, and nothing else", () => {
  deepStrictEqual(withRemark(all, { day: day(2), activityCode: "STUDY" }, undefined).map(({ text }) => text), ["b"]);
});

test("remarks are written where they are offered, and only until there is an answer", () => {
  strictEqual(isRemarkable({ remarksOffered: true, summary: { answer: Answer.WAITING } }), true);
  strictEqual(isRemarkable({ remarksOffered: false, summary: { answer: Answer.WAITING } }), false);
  for (const answer of [Answer.APPROVED, Answer.REJECTED, Answer.LAPSED, Answer.SUPERSEDED]) {
    strictEqual(isRemarkable({ remarksOffered: true, summary: { answer } }), false);
  }
});

test("what is kept of a row is under its month", () => {
  const key = remarkKey("report", { day: day(2), activityCode: "STUDY" });
  ok(key.startsWith(remarkKey("report")));
  ok(!key.startsWith(remarkKey("repo")));
});

test("the rows of what is kept are told again, in their order and of their month alone", () => {
  const rows = [10, 2].map((date) => ({ day: day(date), activityCode: "OWN WORK" }));
  const keys = [...rows.map((row) => remarkKey("report", row)), remarkKey("report")];
  deepStrictEqual(rowsOf("report", keys), [rows[1], rows[0]]);
});

test("each row has a field of its own", () => {
  const ids = [remarkFieldId({ day: day(2), activityCode: "A" }), remarkFieldId({ day: day(2), activityCode: "B" }), remarkFieldId({ day: day(3), activityCode: "A" })];
  strictEqual(new Set(ids).size, 3);
});

test("a row that a correction took away is not there", () => {
  const month = create(OwnMonthSchema, { days: [{ day: day(2), activities: [{ activityCode: "STUDY" }] }] });
  strictEqual(hasRow(month, { day: day(2), activityCode: "STUDY" }), true);
  strictEqual(hasRow(month, { day: day(2), activityCode: "WORK" }), false);
  strictEqual(hasRow(month, { day: day(3), activityCode: "STUDY" }), false);
});

test("it is said that remarks can be saved where one of their rows is there, and that some cannot where one is gone", () => {
  const month = create(OwnMonthSchema, { days: [{ day: day(2), activities: [{ activityCode: "STUDY" }] }] });
  const [there, gone] = [{ day: day(2), activityCode: "STUDY" }, { day: day(2), activityCode: "WORK" }];
  deepStrictEqual(chancesOf(month, [there]), { canSave: true, isAnyGone: false });
  deepStrictEqual(chancesOf(month, [gone]), { canSave: false, isAnyGone: true });
  deepStrictEqual(chancesOf(month, [there, gone]), { canSave: true, isAnyGone: true });
});
