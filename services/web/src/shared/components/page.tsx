// A page: its heading is the title of the tab, and takes the focus where somebody has come to it by a step.
import { Heading } from "@midas-ds/components/heading";
import { type ReactNode, useEffect, useRef } from "react";

import type { Shown } from "@/shared/navigation/states";
import { hasTakenStep } from "@/shared/navigation/step";

interface PageProps {
  title: string;
  /** What stands above the heading, such as the way back. */
  above?: ReactNode;
  /** The state it is in, where the page as a whole is in one. */
  shown?: Shown | undefined;
  children: ReactNode;
}

export function Page({ title, above, shown, children }: PageProps) {
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => {
    document.title = `${title} – Deltaga`;
  }, [title]);
  useEffect(() => {
    // Whoever has only just come begins at the top, or stays where they have gone meanwhile.
    if (hasTakenStep()) {
      heading.current?.focus();
    }
  }, []);
  return (
    <article className="page" {...shown}>
      {above}
      <div ref={heading} tabIndex={-1} className="page-heading">
        <Heading level={1}>{title}</Heading>
      </div>
      {children}
    </article>
  );
}

/** A part of a page with its own heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="section">
      <Heading level={2}>{title}</Heading>
      {children}
    </section>
  );
}

interface SubsectionProps {
  title: string;
  /** Second where no section is around it. */
  level?: 2 | 3;
  children: ReactNode;
}

/** A part of a part. */
export function Subsection({ title, level = 3, children }: SubsectionProps) {
  return (
    <section className="subsection">
      <Heading level={3} elementType={`h${level}`}>{title}</Heading>
      {children}
    </section>
  );
}
