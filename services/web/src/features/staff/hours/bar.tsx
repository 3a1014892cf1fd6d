// Both sums of the month, how it stands, and what can be done with it: in sight while somebody fills in.
import type { ReactNode } from "react";

import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import type { Filled } from "./grid";
import { isRoundedUp, sumsOf } from "./reported";
import type { SubmissionState } from "./submission-state";
import { useRoomFor } from "./room";
import { texts } from "./texts";

interface BarProps {
  filled: Filled;
  ruleSet: string;
  state: SubmissionState;
  /** The buttons. */
  children: ReactNode;
}

export function Bar({ filled, ruleSet, state, children }: BarProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const bar = useRoomFor<HTMLDivElement>();
  const { typed, reported } = sumsOf(filled.entries, ruleSet);
  const stands = useStands(state.kind, "isSaved" in state && state.isSaved);
  return (
    <div ref={bar} className="grid-bar">
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
      {children}
    </div>
  );
}

function useStands(kind: SubmissionState["kind"], isSaved: boolean): string | undefined {
  const t = useTexts(texts);
  switch (kind) {
    case "empty":
      return t.nothingYet;
    case "first":
    case "otherDraft":
      return isSaved ? t.isSaved : t.isNotSaved;
    case "correction":
      return isSaved ? t.correctionSaved : t.correctionNotSaved;
    case "submitted":
      return undefined;
  }
}
