// What an account may do on a day, as far as the pages show it.
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { type Account, AccountState, type PermissionGrant } from "@/gen/deltaga/staff/v1/account_service_pb";
import type { Day } from "@/shared/language/format";

import { dayNumber } from "./today";

type Held = Pick<Account, "state"> & { readonly permissions: readonly Pick<PermissionGrant, "permission" | "validity">[] };

export function holds({ state, permissions }: Held, permission: Permission, on: Day): boolean {
  return state === AccountState.ACTIVE && permissions.some((grant) => grant.permission === permission && isIn(grant, on));
}

/** Permissions that hold on a day, in the order of the contract. */
export function heldOn(account: Held, on: Day): Permission[] {
  const all = Object.values(Permission).filter((permission) => typeof permission === "number") as Permission[];
  return all.filter((permission) => holds(account, permission, on));
}

function isIn({ validity }: Pick<PermissionGrant, "validity">, on: Day): boolean {
  const [from, to] = [validity?.from, validity?.to].map((day) => day && dayNumber(day));
  const now = dayNumber(on);
  return from !== undefined && from <= now && (to === undefined || now <= to);
}
