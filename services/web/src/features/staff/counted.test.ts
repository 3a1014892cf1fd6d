import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { MonthStatus } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { PlacementStatus } from "@/gen/deltaga/participants/v1/placement_pb";

import { newOnes, reportsLeft } from "./counted";

test("whoever has a supervisor or was broken off needs none", () => {
  const { RECEIVED, ASSIGNED, ACTIVE, INTERRUPTED_BEFORE_START } = PlacementStatus;
  const placements = [RECEIVED, ACTIVE, INTERRUPTED_BEFORE_START].map((status) => ({ status }));
  deepStrictEqual(newOnes([...placements, { status: ASSIGNED, supervisorAccountId: "1" }]), { interrupted: 1, unassigned: 2 });
  deepStrictEqual(newOnes([]), { interrupted: 0, unassigned: 0 });
});

test("a month is left until it is submitted, and again once it is rejected", () => {
  const { NOT_BEGUN, DRAFT, WAITING, APPROVED, REJECTED, LAPSED } = MonthStatus;
  const months = [NOT_BEGUN, DRAFT, WAITING, APPROVED, REJECTED, LAPSED].map((status) => ({ status }));
  deepStrictEqual(reportsLeft(months), { rejected: 1, notSubmitted: 2 });
});
