// A marked text: something to know, something done, something to mind, something wrong.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import type { Shown } from "@/shared/navigation/states";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, important: CircleAlert } as const;

interface NoteProps {
  kind: keyof typeof ICONS;
  title?: string;
  children?: ReactNode;
  /** Told by screen readers as soon as it appears. */
  isTold?: boolean;
  /** The state of the page that it stands for. */
  shown?: Shown | undefined;
}

export function Note({ kind, title, children, isTold = false, shown }: NoteProps) {
  const Icon = ICONS[kind];
  return (
    <div
      className={`note note-${kind}`}
      role={isTold ? (kind === "important" ? "alert" : "status") : undefined}
      {...shown}
    >
      <Icon className="note-icon" size={24} aria-hidden />
      <div className="note-text">
        {title && <p className="note-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
