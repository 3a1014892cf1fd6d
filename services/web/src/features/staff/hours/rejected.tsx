// The participant has rejected what was submitted last: when, what they wrote about it, and what is to be done first.
import type { MouseEvent } from "react";

import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import type { GetMonthResponse } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { today } from "../today";
import { REMARKS } from "./revisions";
import { isClosed } from "./submission-state";
import { texts } from "./texts";

export function Rejected({ read: { revisions, closedFrom, openDays } }: { read: GetMonthResponse }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const last = revisions.at(-1);
  if (last?.answer !== Answer.REJECTED) {
    return null;
  }
  const { answeredAt, remarks } = last;
  const mayBeChanged = openDays.length > 0 && !(closedFrom && isClosed(closedFrom, today()));
  return (
    <Note kind="warning" title={t.rejected} shown={shows("/staff/participants/:placementId/:month", "rejected")}>
      {answeredAt && <p>{t.rejectedAt(formats.instant(answeredAt))}</p>}
      {remarks.length > 0 ? (
        <p>
          {t.withRemarks(remarks.length)} <a href={`#${REMARKS}`} onClick={toRemarks}>{t.toRemarks}</a>
        </p>
      ) : (
        <p>{t.withoutRemarks}</p>
      )}
      {mayBeChanged && <p>{t.changeHours}</p>}
    </Note>
  );
}

// The address stays as it is, so that going back leads to another page.
function toRemarks(event: MouseEvent): void {
  event.preventDefault();
  const remarks = document.getElementById(REMARKS);
  remarks?.focus({ preventScroll: true });
  remarks?.scrollIntoView();
}
