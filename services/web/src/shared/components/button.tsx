// Buttons, and links that look like them.
import { Button as MidasButton } from "@midas-ds/components/button";
import type { ReactNode } from "react";

interface ButtonProps {
  children: ReactNode;
  onPress: () => void;
  /** At most one primary button on a page. */
  kind?: "primary" | "secondary" | "quiet" | "danger";
  isPending?: boolean;
  isWide?: boolean;
}

const VARIANTS = { primary: "primary", secondary: "secondary", quiet: "tertiary", danger: "danger" } as const;

export function Button({ children, onPress, kind = "primary", isPending = false, isWide = false }: ButtonProps) {
  return (
    <MidasButton variant={VARIANTS[kind]} onPress={onPress} isPending={isPending} fullwidth={isWide}>
      {children}
    </MidasButton>
  );
}

/** Buttons side by side, or below each other where there is no room. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className="buttons">{children}</div>;
}
