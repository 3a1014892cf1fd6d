// What is there for whoever wants to know more, closed at first.
import { type ReactNode, useState } from "react";

interface MoreProps {
  title: string;
  children: ReactNode;
  /** Whether it is open at first after all. */
  startsOpen?: boolean;
  onOpen?: () => void;
}

export function More({ title, children, startsOpen = false, onOpen }: MoreProps) {
  const [isFirst] = useState(startsOpen);
  return (
    <details
      className="more"
      open={isFirst}
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
