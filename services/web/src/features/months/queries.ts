// The participant's own months and placements, as several pages need them.
import { useQuery } from "@tanstack/react-query";

import { AnswerService } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { PlacementService } from "@/gen/deltaga/participants/v1/placement_service_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";

const answers = clientOf(AnswerService);
const placements = clientOf(PlacementService);

export const ownMonthsKey = ["own-months"] as const;

export function useOwnMonths() {
  return useQuery({
    queryKey: ownMonthsKey,
    queryFn: () => allPages((page) => answers.listOwnMonths({ page }), (answer) => answer.months),
  });
}

export function useOwnPlacements() {
  return useQuery({
    queryKey: ["own-placements"],
    queryFn: () => allPages((page) => placements.listOwnPlacements({ page }), (answer) => answer.placements),
  });
}

interface OwnRevisionOf {
  readonly monthReportId: string;
  readonly revision: number;
}

/** One version of an own month, as it was submitted. */
export function useOwnRevision({ monthReportId, revision }: OwnRevisionOf, isAsked: boolean) {
  return useQuery({
    queryKey: ["own-revision", monthReportId, revision],
    queryFn: async () => (await answers.getOwnRevision({ monthReportId, revision })).revision ?? null,
    enabled: isAsked,
    // It stays as it was answered.
    staleTime: Infinity,
  });
}
