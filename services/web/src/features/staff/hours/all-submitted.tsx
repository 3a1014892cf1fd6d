// Nothing is left to submit: since when, what the participant reads, and how the month is put to them once more.
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import type { Submission, Which } from "./queries";
import type { SubmissionState } from "./submission-state";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

interface AllSubmittedProps {
  which: Which;
  state: Extract<SubmissionState, { kind: "submitted" }>;
  /** What came of submitting just now. */
  received: Submission | undefined;
  onAskAgain: () => void;
}

export function AllSubmitted({ which, state: { last, mayAskAgain }, received, onAskAgain }: AllSubmittedProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  if (received?.kind === "submitted") {
    return (
      <Note kind="success" title={t.received(capitalised(formats.month(which.month)))} isTold shown={shows(PATH, "received")}>
        <p>{t.receivedText}</p>
        <p>{t.allSubmittedText}</p>
        <p>
          <Link to="/staff/participants">{t.toList}</Link>
        </p>
      </Note>
    );
  }
  const when = last.submittedAt ? formats.instant(last.submittedAt) : "";
  return (
    <Note kind="info" title={t.allSubmitted(when)} shown={shows(PATH, "allSubmitted")}>
      <p>{t.allSubmittedText}</p>
      {mayAskAgain && (
        <>
          <p>{last.answer === Answer.REJECTED ? t.wasRejected : t.hasLapsed}</p>
          <Button kind="secondary" onPress={onAskAgain}>{t.submitAgain}</Button>
        </>
      )}
    </Note>
  );
}
