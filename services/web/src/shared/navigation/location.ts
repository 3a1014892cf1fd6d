// Where the tab is, by the browser's own history.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

window.addEventListener("popstate", tell);

/** The path, which changes with every step. */
export function usePath(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => window.location.pathname,
  );
}

export function go(path: string): void {
  window.history.pushState(null, "", path);
  window.scrollTo(0, 0);
  tell();
}

/** Goes there without a way back to where one is. */
export function goInstead(path: string): void {
  window.history.replaceState(null, "", path);
  tell();
}

function tell(): void {
  listeners.forEach((listener) => listener());
}
