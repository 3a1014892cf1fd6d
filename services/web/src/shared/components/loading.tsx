// What is shown while something is fetched, and when it could not be fetched. Always with a way on.
import { Spinner } from "@midas-ds/components/spinner";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { type NextStep, problemOf } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { Anchor } from "@/shared/navigation/link";
import { go } from "@/shared/navigation/location";
import { type Shown, shows } from "@/shared/navigation/states";

import { AgencyContact } from "./agency-contact";
import { Button } from "./button";
import { Note } from "./note";
import { texts } from "./texts";
import { TraceId } from "./trace-id";

export function Loading() {
  const t = useTexts(texts);
  return <Busy shown={shows("each page behind the sign-in", "loading")}>{t.loading}</Busy>;
}

/** Something goes on that takes a while. */
export function Busy({ shown, children }: { shown?: Shown; children: ReactNode }) {
  return (
    <div className="loading" role="status" {...shown}>
      <Spinner small />
      <span>{children}</span>
    </div>
  );
}

/** What a query has found, what stands there until then, and what if it finds nothing. */
export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  if (query.data !== undefined) {
    return children(query.data);
  }
  if (query.isError) {
    return (
      <ProblemNote
        error={query.error}
        tryAgain={() => void query.refetch()}
        shown={shows("each page behind the sign-in", "error")}
      />
    );
  }
  return <Loading />;
}

interface ProblemNoteProps {
  error: unknown;
  tryAgain: () => void;
  /** What is missing for it, where not the whole page is. */
  about?: string;
  /** What is said where the button that was pressed tries again. */
  beside?: string;
  /** The state of the page that it stands for. */
  shown?: Shown | undefined;
}

export function ProblemNote({ error, tryAgain, about, beside, shown }: ProblemNoteProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const problem = problemOf(error);
  const step: Readonly<Record<NextStep, ReactNode>> = {
    tryAgain: beside ? <p>{beside}</p> : <Button kind="secondary" onPress={tryAgain}>{t.tryAgain}</Button>,
    readAgain: <Button kind="secondary" onPress={tryAgain}>{t.readAgain}</Button>,
    reload: <Button kind="secondary" onPress={() => window.location.reload()}>{t.reload}</Button>,
    signIn: <Button kind="secondary" onPress={() => go("/login")}>{t.signIn}</Button>,
    goBack: <Anchor href="/months">{t.toMonths}</Anchor>,
    ask: <p>{t.ask}</p>,
  };
  return (
    <Note kind="important" title={about ?? problem.text[language]} isTold shown={shown}>
      {about && <p>{problem.text[language]}</p>}
      {step[problem.next]}
      {problem.traceId && <TraceId id={problem.traceId} />}
      {(problem.traceId || problem.next === "ask") && (
        <p>
          <AgencyContact />
        </p>
      )}
    </Note>
  );
}
