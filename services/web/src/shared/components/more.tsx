// What is there for whoever wants to know more, closed at first.
import type { ReactNode } from "react";

interface MoreProps {
  title: string;
  children: ReactNode;
  onOpen?: () => void;
}

export function More({ title, children, onOpen }: MoreProps) {
  return (
    <details
      className="more"
      onToggle={(event) => {
        if (event.currentTarget.open) {
          onOpen?.();
        }
      }}
    >
      <summary>{title}</summary>
      <div className="more-content">{children}</div>
    </details>
  );
}
