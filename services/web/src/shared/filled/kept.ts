// What somebody has filled in and not sent yet, for whoever goes back and forth or signs in again in place. Kept in memory
// alone. A key must hold an id that is one person's own, so that nobody is shown what somebody else has filled in.
import { useState, useSyncExternalStore } from "react";

const kept = new Map<string, unknown>();
const listeners = new Set<() => void>();

interface Kept<Value> {
  value: Value;
  keep: (next: Value) => void;
  /** It is sent, or given up: this is what stands there now. */
  settle: (now: Value) => void;
}

/** What was kept, or else what stands there at first. Without a key nothing is kept. */
export function useKept<Value>(key: string | undefined, initial: Value): Kept<Value> {
  const [value, setValue] = useState(() => keptAs(key, initial));
  return {
    value,
    keep: (next) => {
      if (key !== undefined) {
        kept.set(key, next);
        tell();
      }
      setValue(next);
    },
    settle: (now) => {
      if (key !== undefined) {
        // It alone, and nothing whose key begins with the same.
        kept.delete(key);
        tell();
      }
      setValue(now);
    },
  };
}

/** The keys beginning so under which something is kept that is wanted. */
export function useKeptKeys(prefix: string, isWanted: (value: unknown) => boolean): readonly string[] {
  const found = () => [...kept].flatMap(([key, value]) => (key.startsWith(prefix) && isWanted(value) ? [key] : []));
  // A text is the same as long as it says the same.
  const keys = useSyncExternalStore(listen, () => found().join("\n"));
  return keys === "" ? [] : keys.split("\n");
}

export function forgetKept(prefix: string): void {
  for (const key of [...kept.keys()].filter((key) => key.startsWith(prefix))) {
    kept.delete(key);
  }
  tell();
}

/** Whoever was here has signed out. */
export function forgetAllKept(): void {
  forgetKept("");
}

function keptAs<Value>(key: string | undefined, initial: Value): Value {
  return key !== undefined && kept.has(key) ? (kept.get(key) as Value) : initial;
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  listeners.forEach((listener) => listener());
}
