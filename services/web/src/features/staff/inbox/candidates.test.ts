import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { AccountSchema, AccountState } from "@/gen/deltaga/staff/v1/account_service_pb";

import { candidatesOf } from "./candidates";

const on = { year: 2026, month: 6, day: 1 };
const account = (accountId: string, name: string, permission: Permission) =>
  create(AccountSchema, {
    accountId,
    name,
    state: AccountState.ACTIVE,
    permissions: [{ permission, validity: { from: { year: 2026, month: 1, day: 1 } } }],
  });
const own = account("own", "Mia", Permission.REPORT_AND_PLAN);
const names = (known: Partial<Parameters<typeof candidatesOf>[0]>) =>
  candidatesOf({ own, listed: [], supervisors: new Map(), on, ...known }).map(({ name }) => name);

test("oneself comes first, and the others by name as Swedes sort them", () => {
  const supervisors = new Map([["1", "Örjan"], ["2", "Åsa"], ["3", "Bo"], ["own", "Mia"]]);
  deepStrictEqual(names({ supervisors }), ["Mia", "Bo", "Åsa", "Örjan"]);
});

test("whoever only receives does not name themselves", () => {
  deepStrictEqual(names({ own: account("own", "Mia", Permission.RECEIVE_PARTICIPANTS) }), []);
});

test("of the accounts that are listed those count that may report, and each counts once", () => {
  const listed = [account("1", "Bo", Permission.REPORT_AND_PLAN), account("2", "Åsa", Permission.ADMINISTER_PERMISSIONS), own];
  deepStrictEqual(names({ listed, supervisors: new Map([["1", "Bo"]]) }), ["Mia", "Bo"]);
});
