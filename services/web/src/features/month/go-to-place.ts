// Going to another place of the same page: it is opened, brought to the eye and given the focus. The address stays as it is, so
// that going back leads to another page.
import type { MouseEvent } from "react";

/** Where the answer is given. */
export const ANSWER_PLACE = "answer";
/** Where the days are, with a remark to each row. */
export const DAYS_PLACE = "days";

export function goTo(event: MouseEvent, id: string): void {
  event.preventDefault();
  reveal(id);
}

export function reveal(id: string): void {
  const place = document.getElementById(id);
  place?.closest("details")?.setAttribute("open", "");
  place?.scrollIntoView({ block: id === ANSWER_PLACE || id === DAYS_PLACE ? "start" : "center" });
  place?.focus({ preventScroll: true });
}
