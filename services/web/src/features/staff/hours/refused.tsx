// What could not be saved or submitted and is no fault of a field: what the refusal says of the month, or what went wrong.
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useLanguage } from "@/shared/language/language";
import type { Shown } from "@/shared/navigation/states";

import { ofMonth } from "./faults";

interface RefusedProps {
  error: unknown;
  tryAgain: () => void;
  /** What it means for the month where it was refused as a whole. */
  title: string;
  /** What is said where the button that was pressed tries again. */
  beside: string;
  shown: Shown;
}

export function Refused({ error, tryAgain, title, beside, shown }: RefusedProps) {
  const { language } = useLanguage();
  const told = ofMonth(error, language);
  if (told.length === 0) {
    return <ProblemNote error={error} tryAgain={tryAgain} beside={beside} shown={shown} />;
  }
  return (
    <Note kind="important" title={title} isTold shown={shown}>
      {told.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </Note>
  );
}
