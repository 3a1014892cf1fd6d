import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { OwnMonthSchema } from "@/gen/deltaga/attendance/v1/answer_service_pb";

import { roundingOf } from "./rounding";

const month = (...days: readonly (readonly [minutes: number, creditedMinutes: number])[][]) =>
  create(OwnMonthSchema, {
    days: days.map((rows, index) => ({
      day: { year: 2026, month: 3, day: index + 1 },
      activities: rows.map(([minutes, creditedMinutes], row) => ({ activityCode: `A${row}`, minutes, creditedMinutes })),
    })),
  });

test("what was reported is summed over days and activities where it was rounded", () => {
  const rounding = roundingOf(month([[109, 120], [60, 60]], [[15, 60]]));
  deepStrictEqual(rounding.kind === "rounded" && rounding.reported, 184);
});

test("the example is the first row that was rounded, as it was", () => {
  const rounding = roundingOf(month([[60, 60]], [[120, 120], [57, 60]], [[15, 60]]));
  const { day, activityCode, minutes, creditedMinutes } = rounding.kind === "rounded" ? rounding.example : {};
  deepStrictEqual([day?.day, activityCode, minutes, creditedMinutes], [2, "A1", 57, 60]);
});

test("whole hours are told as such, whether they were reported so or the minutes are not shown", () => {
  deepStrictEqual(roundingOf(month([[120, 120]], [[60, 60]])), { kind: "whole" });
});

test("nothing is said of rounding where time counts to the minute, or there is none", () => {
  deepStrictEqual(roundingOf(month([[105, 105]])), { kind: "exact" });
  deepStrictEqual(roundingOf(month()), { kind: "exact" });
});
