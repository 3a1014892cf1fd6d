// What several pages of providers ask for: the own accounts, the organisation with its units, and names of colleagues. All that
// is kept is kept by account, since another one sees something else.
import { useQuery } from "@tanstack/react-query";

import { type Account, AccountService, type MyAccount } from "@/gen/deltaga/staff/v1/account_service_pb";
import { type Organisation, RegisterService } from "@/gen/deltaga/staff/v1/register_service_pb";
import { clientOf } from "@/shared/connection/transport";

import { staffClientOf } from "./account";

const accountsOfMine = clientOf(AccountService);
const accounts = staffClientOf(AccountService);
const register = staffClientOf(RegisterService);

const SELDOM_CHANGED = 10 * 60_000;
const MOST_NAMES = 200;

export function useMyAccounts() {
  return useQuery<MyAccount[]>({
    queryKey: ["my-accounts"],
    queryFn: async () => (await accountsOfMine.listMyAccounts({})).accounts,
    staleTime: SELDOM_CHANGED,
  });
}

export function useOrganisation({ accountId, organisationId }: Account) {
  return useQuery<Organisation | null>({
    queryKey: ["organisation", accountId, organisationId],
    queryFn: async () => (await register.getOrganisation({ organisationId })).organisation ?? null,
    staleTime: SELDOM_CHANGED,
  });
}

/** What a unit is called; its office beside it, where there is one. Until it is known nothing is shown in its place. */
export function usePlaceName(account: Account): (unitId: string, officeId?: string) => string {
  const { data } = useOrganisation(account);
  return (unitId, officeId) => {
    const unit = data?.units.find((candidate) => candidate.unitId === unitId);
    const office = unit?.offices.find((candidate) => candidate.officeId === officeId);
    return [unit?.name, office?.name].filter(Boolean).join(", ");
  };
}

/** Names of colleagues by account. */
export function useColleagues({ accountId }: Account, accountIds: readonly string[]) {
  const asked = [...new Set(accountIds)].sort().slice(0, MOST_NAMES);
  return useQuery({
    queryKey: ["colleagues", accountId, asked],
    queryFn: async () => {
      const answer = await accounts.batchGetAccounts({ accountIds: asked });
      return new Map(answer.accounts.map((account) => [account.accountId, account.name]));
    },
    enabled: asked.length > 0,
    staleTime: SELDOM_CHANGED,
  });
}
