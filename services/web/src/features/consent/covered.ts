// Which months a consent given now covers, as the consent service judges it: those approved by now that could still be
// answered, and those approved from now on.
import { timestampDate } from "@bufbuild/protobuf/wkt";

import type { OwnMonthSummary } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import type { Month } from "@/shared/language/format";

type Summary = Pick<OwnMonthSummary, "answer" | "answerBefore" | "month">;

/** The months that are approved already and covered too, the earliest first. */
export function approvedAndCovered(months: readonly Summary[], now: Date): Month[] {
  const covered = months.flatMap(({ answer, answerBefore, month }) =>
    answer === Answer.APPROVED && answerBefore && timestampDate(answerBefore) > now && month ? [month] : [],
  );
  return covered.sort((one, other) => one.year - other.year || one.month - other.month);
}
