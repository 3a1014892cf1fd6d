// A word that says how something stands. The word says it; the colour only helps to find it.
import type { ReactNode } from "react";

export type Tone = "neutral" | "waiting" | "good" | "bad";

export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`status status-${tone}`}>{children}</span>;
}
