// One own month, as it is asked for and kept.
import { useQuery } from "@tanstack/react-query";

import { AnswerService } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { clientOf } from "@/shared/connection/transport";

const client = clientOf(AnswerService);

export function ownMonthKey(monthReportId: string) {
  return ["own-month", monthReportId] as const;
}

export function useOwnMonth(monthReportId: string) {
  return useQuery({
    queryKey: ownMonthKey(monthReportId),
    queryFn: async () => (await client.getOwnMonth({ monthReportId })).month,
  });
}
