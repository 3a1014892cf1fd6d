// What somebody has filled in on a month and not sent: ticks, and remarks that are not saved.
import { forgetKept, useKeptKeys } from "@/shared/filled/kept";

import { remarkKey, type RowOf, rowsOf } from "./remarks";
import { ticksKey } from "./ticks";

/** The month has its answer. */
export function forgetFilledIn(monthReportId: string): void {
  forgetKept(ticksKey(monthReportId));
  forgetKept(remarkKey(monthReportId));
}

/** The rows on which a remark is written and not saved; those that nothing stands in do not count. */
export function useUnsavedRemarks(monthReportId: string): RowOf[] {
  const isWritten = (written: unknown) => typeof written === "string" && written.trim() !== "";
  return rowsOf(monthReportId, useKeptKeys(remarkKey(monthReportId), isWritten));
}
