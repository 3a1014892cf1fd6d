// What somebody has filled in on a month and not sent: ticks, and remarks that are not saved.
import { forgetKept, useKeptCount } from "@/shared/filled/kept";

import { remarkKey } from "./remarks";
import { ticksKey } from "./ticks";

/** The month has its answer. */
export function forgetFilledIn(monthReportId: string): void {
  forgetKept(ticksKey(monthReportId));
  forgetKept(remarkKey(monthReportId));
}

/** How many remarks are written and not saved; those that nothing stands in do not count. */
export function useUnsavedRemarks(monthReportId: string): number {
  return useKeptCount(remarkKey(monthReportId), (written) => typeof written === "string" && written.trim() !== "");
}
