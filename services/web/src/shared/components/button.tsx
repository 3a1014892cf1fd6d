// Buttons, and links that look like them.
import { Button as MidasButton } from "@midas-ds/components/button";
import type { ReactNode } from "react";

interface ButtonProps {
  children: ReactNode;
  onPress: () => void;
  /** At most one primary button on a page. */
  kind?: "primary" | "secondary" | "quiet" | "danger";
  /** What screen readers say, where the same words stand on another button. */
  name?: string;
  isPending?: boolean;
  isWide?: boolean;
}

const VARIANTS = { primary: "primary", secondary: "secondary", danger: "danger" } as const;

export function Button({ children, onPress, kind = "primary", name, isPending = false, isWide = false }: ButtonProps) {
  if (kind === "quiet") {
    return (
      <button type="button" className="quiet" onClick={onPress}>
        {children}
      </button>
    );
  }
  return (
    <MidasButton
      variant={VARIANTS[kind]}
      {...(name !== undefined && { "aria-label": name })}
      onPress={onPress}
      isPending={isPending}
      fullwidth={isWide}
    >
      {children}
    </MidasButton>
  );
}

/** Buttons side by side, or below each other where there is no room. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className="buttons">{children}</div>;
}
