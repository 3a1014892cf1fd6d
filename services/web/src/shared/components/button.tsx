// Buttons, and links that look like them.
import { Button as MidasButton } from "@midas-ds/components/button";
import type { ReactNode } from "react";

interface ButtonProps {
  children: ReactNode;
  /** Not needed where it sends the form that it stands in. */
  onPress?: () => void;
  /** Whether it sends the form that it stands in, as Enter in a field does. */
  isSending?: boolean;
  /** At most one primary button on a page. */
  kind?: "primary" | "secondary" | "quiet" | "danger";
  /** What screen readers say, where the same words stand on another button. */
  name?: string;
  isPending?: boolean;
  isWide?: boolean;
}

const VARIANTS = { primary: "primary", secondary: "secondary", danger: "danger" } as const;

export function Button(props: ButtonProps) {
  const { children, onPress, isSending = false, kind = "primary", name, isPending = false, isWide = false } = props;
  if (kind === "quiet") {
    return (
      <button type="button" className="quiet" aria-label={name} onClick={onPress}>
        {children}
      </button>
    );
  }
  return (
    <MidasButton
      variant={VARIANTS[kind]}
      type={isSending ? "submit" : "button"}
      {...(name !== undefined && { "aria-label": name })}
      {...(onPress && { onPress })}
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
