// Who has come, and who may be named, asked for as far as the account may know it.
import { useQuery } from "@tanstack/react-query";

import { InboxService } from "@/gen/deltaga/participants/v1/inbox_service_pb";
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import { PlacementService } from "@/gen/deltaga/participants/v1/placement_service_pb";
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { type Account, AccountService } from "@/gen/deltaga/staff/v1/account_service_pb";
import { allPages } from "@/shared/connection/paging";

import { staffClientOf } from "../account";
import { holds } from "../permissions";
import { useColleagues } from "../queries";
import { today } from "../today";
import { type Candidate, candidatesOf } from "./candidates";

const accounts = staffClientOf(AccountService);
const inbox = staffClientOf(InboxService);
const placements = staffClientOf(PlacementService);

export function useInbox({ accountId }: Account, isAsked = true) {
  return useQuery<PlacementSummary[]>({
    queryKey: ["inbox", accountId],
    queryFn: () => allPages((page) => inbox.listInbox({ page }), (answer) => answer.placements),
    enabled: isAsked,
  });
}

export function useCandidates(account: Account): Candidate[] {
  const on = today();
  const { accountId } = account;
  const { data: listed = [] } = useQuery<Account[]>({
    queryKey: ["accounts", accountId, ""],
    queryFn: () => allPages((page) => accounts.listAccounts({ page }), (answer) => answer.accounts),
    enabled: holds(account, Permission.ADMINISTER_PERMISSIONS, on),
  });
  const { data: supervisorIds = [] } = useQuery<string[]>({
    queryKey: ["supervisors", accountId],
    queryFn: async () => {
      const all = await allPages((page) => placements.listPlacements({ page }), (answer) => answer.placements);
      return [...new Set(all.flatMap(({ supervisorAccountId }) => (supervisorAccountId ? [supervisorAccountId] : [])))];
    },
    enabled: holds(account, Permission.REPORT_AND_PLAN, on),
  });
  const { data: supervisors = new Map<string, string>() } = useColleagues(account, supervisorIds);
  return candidatesOf({ own: account, listed, supervisors, on });
}
