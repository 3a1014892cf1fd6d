import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { OwnMonthSchema } from "@/gen/deltaga/attendance/v1/answer_service_pb";

import { roundingOf } from "./rounding";

const month = (...days: readonly (readonly [minutes: number, creditedMinutes: number])[][]) =>
  create(OwnMonthSchema, { days: days.map((rows) => ({ activities: rows.map(([minutes, creditedMinutes]) => ({ minutes, creditedMinutes })) })) });

test("what was reported is summed over days and activities where it was rounded", () => {
  deepStrictEqual(roundingOf(month([[109, 120], [60, 60]], [[15, 60]])), { kind: "rounded", reported: 184 });
});

test("whole hours are told as such, whether they were reported so or the minutes are not shown", () => {
  deepStrictEqual(roundingOf(month([[120, 120]], [[60, 60]])), { kind: "whole" });
});

test("nothing is said of rounding where time counts to the minute, or there is none", () => {
  deepStrictEqual(roundingOf(month([[105, 105]])), { kind: "exact" });
  deepStrictEqual(roundingOf(month()), { kind: "exact" });
});
