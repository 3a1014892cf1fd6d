// What holds as long as nothing else is submitted.
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import type { SubmissionState } from "./submission-state";
import { texts } from "./texts";

export function Holding({ state }: { state: SubmissionState }) {
  const t = useTexts(texts);
  const formats = useFormats();
  switch (state.kind) {
    case "correction":
      return <p>{t.holdsUntilThen(state.last.submittedAt ? formats.dayOf(state.last.submittedAt) : "")}</p>;
    case "otherDraft":
      return <p>{t.otherDraft}</p>;
    default:
      return null;
  }
}
