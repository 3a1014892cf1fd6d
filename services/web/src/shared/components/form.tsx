// A form: sent by its button or by Enter. What is wrong is said once above it, with a link to each field, and once beside each.
import { type ReactNode, useEffect, useRef } from "react";

import { problemOf } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import type { Language } from "@/shared/language/language";
import type { Shown } from "@/shared/navigation/states";

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

/** What is wrong, by the id of the field. */
export type Faults = Readonly<Record<string, string>>;

/** What a refusal says of fields that the form has; fields are given by their names in the contract. */
export function faultsOf(error: unknown, fields: Readonly<Record<string, string>>, language: Language): Faults {
  const found: Record<string, string> = {};
  for (const { field, texts: told } of error ? problemOf(error).violations : []) {
    const id = fields[field];
    if (id !== undefined) {
      found[id] ??= told[language] || told.sv;
    }
  }
  return found;
}

interface FaultSummaryProps {
  faults: Faults;
  /** What has found them: each takes the focus once. */
  foundBy: unknown;
  /** Labels of the fields by id. */
  labels: Readonly<Record<string, string>>;
  shown?: Shown | undefined;
}

export function FaultSummary({ faults, foundBy, labels, shown }: FaultSummaryProps) {
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

// The address stays as it is, so that going back leads to another page and not to the form.
function goTo(event: React.MouseEvent, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}
