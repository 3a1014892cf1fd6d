import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { AccountSchema, AccountState } from "@/gen/deltaga/staff/v1/account_service_pb";

import { heldOn, holds } from "./permissions";

const day = (month: number, date: number) => ({ year: 2026, month, day: date });
const account = create(AccountSchema, {
  state: AccountState.ACTIVE,
  permissions: [
    { permission: Permission.REPORT_AND_PLAN, validity: { from: day(2, 1), to: day(2, 28) } },
    { permission: Permission.RECEIVE_PARTICIPANTS, validity: { from: day(1, 1) } },
  ],
});

test("a permission holds from its first day through its last", () => {
  const on = [day(1, 31), day(2, 1), day(2, 28), day(3, 1)].map((today) => holds(account, Permission.REPORT_AND_PLAN, today));
  deepStrictEqual(on, [false, true, true, false]);
});

test("a permission without an end goes on", () => {
  strictEqual(holds(account, Permission.RECEIVE_PARTICIPANTS, { year: 2031, month: 1, day: 1 }), true);
});

test("an account that is not in use holds nothing", () => {
  for (const state of [AccountState.INVITED, AccountState.WAITING_FOR_CONFIRMATION, AccountState.ENDED]) {
    deepStrictEqual(heldOn({ ...account, state }, day(2, 1)), []);
  }
  deepStrictEqual(heldOn(account, day(2, 1)), [Permission.RECEIVE_PARTICIPANTS, Permission.REPORT_AND_PLAN]);
});
