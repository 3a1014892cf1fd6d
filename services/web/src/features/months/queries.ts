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
