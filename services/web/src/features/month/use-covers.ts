// What is said of the months that a consent given now covers.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { approvedAndCovered } from "@/features/consent/covered";
import { useOwnMonths } from "@/features/months/queries";
import { serverNow } from "@/shared/connection/clock";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { texts } from "./texts";

/** The month at hand and those approved already, by name; nothing while they are not known. */
export function useCovers({ summary }: OwnMonth): string | undefined {
  const t = useTexts(texts);
  const formats = useFormats();
  const { data: months } = useOwnMonths();
  if (!months || !summary?.month) {
    return undefined;
  }
  // Somebody may have two services in one month.
  const approved = new Set(approvedAndCovered(months, serverNow()).map(formats.month));
  return t.consentCovers(formats.month(summary.month), [...approved]);
}
