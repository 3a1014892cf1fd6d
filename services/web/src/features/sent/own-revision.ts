// One version of an own month, as it was submitted.
import { useQuery } from "@tanstack/react-query";

import { AnswerService } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { clientOf } from "@/shared/connection/transport";

const client = clientOf(AnswerService);

interface OwnRevisionOf {
  readonly monthReportId: string;
  readonly revision: number;
}

export function useOwnRevision({ monthReportId, revision }: OwnRevisionOf, isAsked: boolean) {
  return useQuery({
    queryKey: ["own-revision", monthReportId, revision],
    queryFn: async () => (await client.getOwnRevision({ monthReportId, revision })).revision ?? null,
    enabled: isAsked,
    // It stays as it was answered.
    staleTime: Infinity,
  });
}
