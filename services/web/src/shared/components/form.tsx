// A form: sent by its button or by Enter. What is wrong is said once above it, with a link to each field, and once beside each.
import { type ReactNode, useEffect, useRef } from "react";

import { useTexts } from "@/shared/language/catalogue";
import type { Shown } from "@/shared/navigation/states";

import type { Faults } from "./faults";
import { Note } from "./note";
import { texts } from "./texts";

interface FormProps {
  name?: string;
  onSend: () => void;
  children: ReactNode;
}

export function Form({ name, onSend, children }: FormProps) {
  return (
    <form
      className="form"
      noValidate
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
    </form>
  );
}

interface FaultSummaryProps {
  faults: Faults;
  /** What has found them: each takes the focus once. */
  foundBy: unknown;
  /** What became of what was sent, or was to be. */
  outcome: string;
  /** Labels of the fields by id. */
  labels: Readonly<Record<string, string>>;
  shown?: Shown | undefined;
}

export function FaultSummary({ faults, foundBy, outcome, labels, shown }: FaultSummaryProps) {
  const t = useTexts(texts);
  const summary = useRef<HTMLDivElement>(null);
  const ids = Object.keys(faults);
  useEffect(() => {
    if (ids.length > 0) {
      summary.current?.focus();
    }
  }, [foundBy]);
  if (ids.length === 0) {
    return null;
  }
  return (
    <div ref={summary} tabIndex={-1}>
      <Note kind="important" title={t.faults(ids.length)} shown={shown}>
        <p>{outcome}</p>
        <ul>
          {ids.map((id) => (
            <li key={id}>
              <a href={`#${id}`} onClick={(event) => goTo(event, id)}>
                {labels[id]}: {faults[id]}
              </a>
            </li>
          ))}
        </ul>
      </Note>
    </div>
  );
}

// The address stays as it is, so that going back leads to another page and not to the form. What is folded has no focus.
function goTo(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  const field = document.getElementById(id);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}
