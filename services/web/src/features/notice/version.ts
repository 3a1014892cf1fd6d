// Which version of the information the pages show. identity notes for each person which ones were shown, and knows those that
// were issued.
import type { ShownNotice } from "@/gen/deltaga/identity/v1/notice_service_pb";
import type { Day } from "@/shared/language/format";

/** What identity calls the words of features/information/texts.ts. It says nothing of when they were issued. */
export const NOTICE_VERSION = "2026-12";

/** The day on which they were issued. */
export const NOTICE_ISSUED_ON: Day = { year: 2026, month: 11, day: 23 };

type Shown = Pick<ShownNotice, "version">;

/** What was noted of the version that the pages show. */
export function shownOf<One extends Shown>(notices: readonly One[]): One | undefined {
  return notices.find(({ version }) => version === NOTICE_VERSION);
}
