// Who can be named as a supervisor, as far as the one who names may know: oneself, colleagues who look after somebody already,
// and all of the organisation for whoever administers its accounts. That an account may is for the service to say.
import type { Day } from "@/shared/language/format";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";

import { holds } from "../permissions";

export interface Candidate {
  readonly accountId: string;
  readonly name: string;
}

interface Known {
  readonly own: Account;
  /** Accounts of the organisation, for whoever may list them. */
  readonly listed: readonly Account[];
  /** Names of those who are supervisors of somebody. */
  readonly supervisors: ReadonlyMap<string, string>;
  readonly on: Day;
}

/** The own account first, then the others by name; each once. */
export function candidatesOf({ own, listed, supervisors, on }: Known): Candidate[] {
  const may = (account: Account) => holds(account, Permission.REPORT_AND_PLAN, on);
  const others = new Map([
    ...supervisors,
    ...listed.filter(may).map(({ accountId, name }) => [accountId, name] as const),
  ]);
  others.delete(own.accountId);
  const byName = [...others]
    .map(([accountId, name]) => ({ accountId, name }))
    .sort((one, other) => one.name.localeCompare(other.name, "sv"));
  return may(own) ? [{ accountId: own.accountId, name: own.name }, ...byName] : byName;
}
