// A question to be answered before anything else. The browser's own dialog keeps the focus, and gives it back.
import { Heading } from "@midas-ds/components/heading";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

import type { Shown } from "@/shared/navigation/states";

interface DialogProps {
  title: string;
  /** Whoever presses Escape leaves it as it is. */
  onLeave: () => void;
  /** Whether nobody may leave it, since what was answered is being done. */
  isHeld?: boolean;
  shown: Shown;
  children: ReactNode;
}

export function Dialog({ title, onLeave, isHeld = false, shown, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    // It would be on the first button, which does what is asked.
    heading.current?.focus();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      // A browser closes by itself what does not close at the second Escape; a key that is taken from it does nothing.
      onKeyDown={(event) => {
        if (isHeld && event.key === "Escape") {
          event.preventDefault();
        }
      }}
      onCancel={(event) => {
        event.preventDefault();
        if (!isHeld) {
          onLeave();
        }
      }}
      onClose={() => {
        if (isHeld && !dialog.current?.open) {
          dialog.current?.showModal();
        }
      }}
      {...shown}
    >
      <div className="stack">
        <div ref={heading} tabIndex={-1} id={id}>
          <Heading level={2}>{title}</Heading>
        </div>
        {children}
      </div>
    </dialog>
  );
}
