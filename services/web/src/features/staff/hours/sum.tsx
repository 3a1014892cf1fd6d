// Both sums of the month and how it stands, in sight while somebody fills in.
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import type { Filled } from "./grid";
import { isRoundedUp, sumsOf } from "./reported";
import type { SubmissionState } from "./submission-state";
import { texts } from "./texts";

interface SumProps {
  filled: Filled;
  ruleSet: string;
  state: SubmissionState;
}

export function Sum({ filled, ruleSet, state }: SumProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { typed, reported } = sumsOf(filled.entries, ruleSet);
  const stands = useStands(state);
  return (
    <div className="grid-sum">
      <dl>
        <div>
          <dt>{t.typed}</dt>
          <dd>{formats.hours(typed)}</dd>
        </div>
        {isRoundedUp(ruleSet) && (
          <div>
            <dt>{t.reported}</dt>
            <dd>{formats.hours(reported)}</dd>
          </div>
        )}
      </dl>
      {stands && <p className="small">{stands}</p>}
    </div>
  );
}

function useStands(state: SubmissionState): string | undefined {
  const t = useTexts(texts);
  const formats = useFormats();
  switch (state.kind) {
    case "empty":
      return t.nothingYet;
    case "first":
      return state.isSaved ? t.isSaved : t.isNotSaved;
    case "correction": {
      const when = state.last.submittedAt ? formats.dayOf(state.last.submittedAt) : "";
      return state.isSaved ? t.correctionSaved(when) : t.correctionNotSaved(when);
    }
    case "otherDraft":
      return t.otherDraft;
    case "submitted":
      return undefined;
  }
}
