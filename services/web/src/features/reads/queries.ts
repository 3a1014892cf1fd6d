// Who has read, and what the organisations of the readers are called. Of the agency the role says it.
import { useQuery } from "@tanstack/react-query";

import { type Access, AccessLogService } from "@/gen/deltaga/participants/v1/access_log_service_pb";
import { NameService } from "@/gen/deltaga/staff/v1/name_service_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";

import { organisationsOf } from "./organisations";

const accesses = clientOf(AccessLogService);
const names = clientOf(NameService);
const SELDOM_CHANGED = 10 * 60_000;

export function useAccesses() {
  return useQuery({
    queryKey: ["accesses"],
    queryFn: () => allPages((page) => accesses.listAccesses({ page }), (answer) => answer.accesses),
  });
}

/** Names by organisation; one that is not known is left out. */
export function useReaders(all: readonly Access[]) {
  const organisationIds = organisationsOf(all);
  return useQuery({
    queryKey: ["readers", organisationIds],
    queryFn: async () => {
      const { organisations } = await names.batchGetNames({ organisationIds });
      return new Map(organisations.map(({ organisationId, name }) => [organisationId, name]));
    },
    enabled: organisationIds.length > 0,
    staleTime: SELDOM_CHANGED,
  });
}
