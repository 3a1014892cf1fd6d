// What this tab knows of its session: the facts of the gateway, the token that shows that a page of ours calls, and when the
// session ends unless it is used. The session itself is a cookie that no script can read.
import { useSyncExternalStore } from "react";

import { noteVersion, VERSION_HEADER } from "./version";

const CSRF_HEADER = "deltaga-csrf";
const MAYBE_KEPT_FOR = 60_000;

export type Session =
  | { readonly state: "unknown" }
  | { readonly state: "unreachable" }
  | { readonly state: "signedOut"; readonly hasEnded: boolean }
  | { readonly state: "signedIn"; readonly idleEndsAt: number; readonly endsAt: number };

interface Facts {
  signedIn: boolean;
  portal?: string;
  idleExpiresAt?: string;
  expiresAt?: string;
  csrfToken?: string;
}

const listeners = new Set<() => void>();
let session: Session = { state: "unknown" };
let csrfToken: string | undefined;
let idleFor = 0;
let loading: Promise<Session> | undefined;

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** Asks the gateway anew, which keeps the session alive. Several at once share one question. */
export function loadSession(): Promise<Session> {
  loading ??= ask().finally(() => {
    loading = undefined;
  });
  return loading;
}

/** The session is no more; whoever was signed in is told so. */
export function endSession(hasEnded: boolean): void {
  if (session.state !== "signedOut") {
    tell({ state: "signedOut", hasEnded });
  }
}

/** A fetch that shows the token and takes note of what every answer says of session and version. */
export async function fetchAsPage(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  if (csrfToken) {
    headers.set(CSRF_HEADER, csrfToken);
  }
  const response = await fetch(input, { ...init, headers, credentials: "same-origin", cache: "no-store" });
  noteVersion(response.headers.get(VERSION_HEADER));
  csrfToken = response.headers.get(CSRF_HEADER) ?? csrfToken;
  if (response.ok) {
    prolong();
  }
  return response;
}

async function ask(): Promise<Session> {
  try {
    const response = await fetchAsPage("/session", { headers: { accept: "application/json" } });
    if (!response.ok) {
      throw new Error(`the session cannot be asked for: ${response.status}`);
    }
    const facts = (await response.json()) as Facts;
    csrfToken = facts.csrfToken ?? csrfToken;
    tell(sessionOf(facts));
  } catch {
    if (session.state === "unknown" || session.state === "unreachable") {
      tell({ state: "unreachable" });
    }
  }
  return session;
}

function sessionOf(facts: Facts): Session {
  if (!facts.signedIn || facts.portal !== "participant" || !facts.idleExpiresAt || !facts.expiresAt) {
    return { state: "signedOut", hasEnded: session.state === "signedIn" };
  }
  const idleEndsAt = Date.parse(facts.idleExpiresAt);
  idleFor = Math.max(idleEndsAt - Date.now(), 0);
  return { state: "signedIn", idleEndsAt, endsAt: Date.parse(facts.expiresAt) };
}

// The gateway may answer for a minute without asking identity, which then does not hear of the call.
function prolong(): void {
  if (session.state === "signedIn" && idleFor > MAYBE_KEPT_FOR) {
    const idleEndsAt = Date.now() + idleFor - MAYBE_KEPT_FOR;
    if (idleEndsAt > session.idleEndsAt + 1_000) {
      tell({ ...session, idleEndsAt });
    }
  }
}

function tell(next: Session): void {
  session = next;
  listeners.forEach((listener) => listener());
}
