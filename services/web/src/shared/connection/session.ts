// What this tab knows of its session: the facts of the gateway, the token that shows that a page of ours calls, and when the
// session ends unless it is used. The session itself is a cookie that no script can read.
import { useSyncExternalStore } from "react";

import { noteServerTime } from "./clock";
import { noteVersion, VERSION_HEADER } from "./version";

const CSRF_HEADER = "deltaga-csrf";
const MAYBE_KEPT_FOR = 60_000;

/** Whose pages: the participant's, or those of providers. */
export type Portal = "participant" | "staff";

export type Session =
  | { readonly state: "unknown" }
  | { readonly state: "unreachable" }
  | { readonly state: "signedOut"; readonly hasEnded: boolean }
  | {
      readonly state: "signedIn";
      readonly portal: Portal;
      /** When it ends for good, as the gateway says it, which tells it from another. */
      readonly of: string;
      readonly idleEndsAt: number;
      readonly endsAt: number;
    };

interface Facts {
  signedIn: boolean;
  portal?: string;
  idleExpiresAt?: string;
  expiresAt?: string;
  csrfToken?: string;
}

/** What the tabs of a browser tell each other of a session. */
type News =
  | { readonly kind: "signedOut"; readonly of: string }
  | { readonly kind: "used"; readonly of: string; readonly idleEndsAt: number };

const listeners = new Set<() => void>();
const tabs = new BroadcastChannel("deltaga-session");
let session: Session = { state: "unknown" };
let csrfToken: string | undefined;
let tokenOfSession: string | undefined;
let ended = 0;
let idleFor = 0;
let loading: Promise<Session> | undefined;

tabs.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));

export function useSession(): Session {
  return useSyncExternalStore(listen, () => session);
}

/** How many sessions this tab has seen end: what was fetched before is not to be shown after. */
export function useEndedSessions(): number {
  return useSyncExternalStore(listen, endedSessions);
}

export function endedSessions(): number {
  return ended;
}

/** Asks the gateway anew, which keeps the session alive. Several at once share one question. */
export function loadSession(): Promise<Session> {
  loading ??= ask().finally(() => {
    loading = undefined;
  });
  return loading;
}

/** The session is no more; whoever was signed in is told so unless it was by their own hand. Other tabs hear of that. */
export function endSession(hasEnded: boolean): void {
  if (session.state === "signedIn" && !hasEnded) {
    announce({ kind: "signedOut", of: session.of });
  }
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
    const next = sessionOf(facts, noteServerTime(response.headers.get("date")));
    // Another tab may have signed somebody else in.
    const isAnother = next.state === "signedIn" && tokenOfSession !== undefined && facts.csrfToken !== tokenOfSession;
    tokenOfSession = next.state === "signedIn" ? facts.csrfToken : undefined;
    tell(next, isAnother);
  } catch {
    if (session.state === "unknown" || session.state === "unreachable") {
      tell({ state: "unreachable" });
    } else if (session.state === "signedIn" && Math.min(session.idleEndsAt, session.endsAt) <= Date.now()) {
      endSession(true);
    }
  }
  return session;
}

function sessionOf(facts: Facts, ahead: number): Session {
  const { portal } = facts;
  const isKnown = portal === "participant" || portal === "staff";
  if (!facts.signedIn || !isKnown || !facts.idleExpiresAt || !facts.expiresAt) {
    return { state: "signedOut", hasEnded: session.state === "signedIn" };
  }
  const idleEndsAt = Date.parse(facts.idleExpiresAt) + ahead;
  idleFor = Math.max(idleEndsAt - Date.now(), 0);
  return { state: "signedIn", portal, of: facts.expiresAt, idleEndsAt, endsAt: Date.parse(facts.expiresAt) + ahead };
}

// The gateway may answer for a minute without asking identity, which then does not hear of the call.
function prolong(): void {
  if (session.state === "signedIn" && idleFor > MAYBE_KEPT_FOR) {
    const idleEndsAt = Date.now() + idleFor - MAYBE_KEPT_FOR;
    if (idleEndsAt > session.idleEndsAt + 1_000) {
      tell({ ...session, idleEndsAt });
      announce({ kind: "used", of: session.of, idleEndsAt });
    }
  }
}

function announce(news: News): void {
  tabs.postMessage(news);
}

function hear(news: News): void {
  if (session.state !== "signedIn" || session.of !== news.of) {
    return;
  }
  switch (news.kind) {
    case "signedOut":
      endSession(true);
      break;
    case "used":
      if (news.idleEndsAt > session.idleEndsAt) {
        tell({ ...session, idleEndsAt: news.idleEndsAt });
      }
      break;
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(next: Session, isAnother = false): void {
  if (session.state === "signedIn" && (isAnother || next.state !== "signedIn")) {
    ended += 1;
  }
  if (next.state !== "signedIn") {
    tokenOfSession = undefined;
  }
  session = next;
  listeners.forEach((listener) => listener());
}
