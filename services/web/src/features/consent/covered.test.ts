import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";

import { OwnMonthSummarySchema } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";

import { approvedAndCovered } from "./covered";

const NOW = new Date("2026-11-23T12:00:00Z");

function covered(...months: readonly (readonly [month: number, answer: Answer, answerBefore: string])[]): number[] {
  const all = months.map(([month, answer, answerBefore]) =>
    create(OwnMonthSummarySchema, { month: { year: 2026, month }, answer, answerBefore: timestampFromDate(new Date(answerBefore)) }),
  );
  return approvedAndCovered(all, NOW).map(({ month }) => month);
}

test("a month is covered that is approved and whose time to answer has not ended, the earliest first", () => {
  deepStrictEqual(covered([9, Answer.APPROVED, "2027-01-02"], [8, Answer.APPROVED, "2026-12-02"]), [8, 9]);
});

test("a month is not covered once its time to answer has ended", () => {
  deepStrictEqual(covered([7, Answer.APPROVED, NOW.toISOString()]), []);
});

test("a month is not named that is not approved", () => {
  deepStrictEqual(covered([9, Answer.WAITING, "2027-01-02"], [8, Answer.REJECTED, "2027-01-02"]), []);
});
