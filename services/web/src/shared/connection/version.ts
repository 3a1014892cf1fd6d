// Whether the gateway serves a newer build than the one that runs in this tab. Every answer of it says which one it has.
import { useSyncExternalStore } from "react";

export const VERSION_HEADER = "deltaga-web-version";

const listeners = new Set<() => void>();
let isStale = false;

/** Takes note of what an answer says; an answer without the header says nothing. */
export function noteVersion(served: string | null): void {
  if (served && served !== __WEB_VERSION__ && !isStale) {
    isStale = true;
    listeners.forEach((listener) => listener());
  }
}

export function useIsStale(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isStale,
  );
}
