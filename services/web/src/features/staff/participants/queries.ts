// Participants that the account works with, and how far their months have come.
import { useQuery } from "@tanstack/react-query";

import { type MonthSummary, MonthService } from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import { PlacementService } from "@/gen/deltaga/participants/v1/placement_service_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { allPages } from "@/shared/connection/paging";
import type { Month } from "@/shared/language/format";

import { staffClientOf } from "../account";
import { written } from "../today";

const placements = staffClientOf(PlacementService);
const months = staffClientOf(MonthService);

export function usePlacements({ accountId }: Account, search: string) {
  return useQuery<PlacementSummary[]>({
    queryKey: ["placements", accountId, search],
    queryFn: () => allPages((page) => placements.listPlacements({ search, page }), (answer) => answer.placements),
  });
}

export function usePlacement({ accountId }: Account, placementId: string) {
  return useQuery<PlacementSummary | null>({
    queryKey: ["placement", accountId, placementId],
    queryFn: async () => (await placements.batchGetPlacements({ placementIds: [placementId] })).placements[0] ?? null,
  });
}

/** Under which the month is kept that the list shows. */
export function monthKey({ accountId }: Account): string {
  return `month of ${accountId}`;
}

/** Months by placement. */
export function useMonths({ accountId }: Account, month: Month, isAsked = true) {
  return useQuery<Map<string, MonthSummary>>({
    queryKey: ["months", accountId, written(month)],
    queryFn: async () => {
      const all = await allPages((page) => months.listMonths({ month, page }), (answer) => answer.months);
      return new Map(all.map((summary) => [summary.placementId, summary]));
    },
    enabled: isAsked,
  });
}
