// Both sums of the month and how it stands, in sight while somebody fills in.
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import type { Filled } from "./grid";
import { isRoundedUp, sumsOf } from "./reported";
import type { Standing } from "./standing";
import { texts } from "./texts";

interface SumProps {
  filled: Filled;
  ruleSet: string;
  standing: Standing;
}

export function Sum({ filled, ruleSet, standing }: SumProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { typed, reported } = sumsOf(filled.entries, ruleSet);
  const stands = useStands(standing);
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

function useStands(standing: Standing): string | undefined {
  const t = useTexts(texts);
  const formats = useFormats();
  switch (standing.kind) {
    case "empty":
      return t.nothingYet;
    case "first":
      return standing.isSaved ? t.isSaved : t.isNotSaved;
    case "correction": {
      const when = standing.last.submittedAt ? formats.dayOf(standing.last.submittedAt) : "";
      return standing.isSaved ? t.correctionSaved(when) : t.correctionNotSaved(when);
    }
    case "otherDraft":
      return t.otherDraft;
    case "submitted":
      return undefined;
  }
}
