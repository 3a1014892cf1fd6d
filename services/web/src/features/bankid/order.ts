// A BankID order as the pages see it: a sign-in or a signing, begun, looked at and given up in the same way.
import { timestampMs } from "@bufbuild/protobuf/wkt";

import type { BankidFlow } from "@/gen/deltaga/identity/v1/bankid_pb";
import type { Device } from "@/gen/deltaga/identity/v1/bankid_pb";

const SIGN_IN = "sign-in";

/** The purpose of a sign-in to pages; every other is that of a signing. */
export function signInTo(pages: string): string {
  return `${SIGN_IN} ${pages}`;
}

export function isSignIn(purpose: string): boolean {
  return purpose.startsWith(`${SIGN_IN} `);
}

export interface Order {
  /** What it is for: an order that was begun is taken up again only by the same. */
  readonly purpose: string;
  start: (device: Device, returnUrl: string) => Promise<BankidFlow>;
  look: (flowId: string) => Promise<BankidFlow>;
  cancel: (flowId: string) => Promise<void>;
}

/** What is kept of an order under way, for a page that is loaded anew or a tab that the app opens. No secret and nobody's data. */
export interface Pending {
  readonly purpose: string;
  readonly flowId: string;
  readonly nonce: string;
  /** The page that goes on with it. */
  readonly path: string;
  readonly endsAt: number;
  /** What the page needs to go on. */
  readonly carried: unknown;
}

const KEPT = "deltaga-bankid:";

export function keepPending(pending: Pending): void {
  try {
    localStorage.setItem(KEPT + pending.purpose, JSON.stringify(pending));
  } catch {
    // Then this page must not be left until the order is done.
  }
}

export function pendingOf(purpose: string): Pending | undefined {
  return allPending().find((pending) => pending.purpose === purpose);
}

/** The order whose app leads back with this nonce. */
export function pendingWith(nonce: string): Pending | undefined {
  return allPending().find((pending) => pending.nonce === nonce);
}

export function forgetPending(purpose: string): void {
  try {
    localStorage.removeItem(KEPT + purpose);
  } catch {
    // Nothing was kept.
  }
}

/** Whoever comes next may be somebody else. */
export function forgetAllPending(): void {
  try {
    keys().forEach((key) => localStorage.removeItem(key));
  } catch {
    // Nothing was kept.
  }
}

function allPending(): Pending[] {
  try {
    const kept = keys().map((key) => JSON.parse(localStorage.getItem(key) ?? "") as Pending);
    return kept.filter((pending) => pending.endsAt > Date.now());
  } catch {
    return [];
  }
}

function keys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(KEPT));
}

export function endOf(flow: BankidFlow): number {
  return flow.expiresAt ? timestampMs(flow.expiresAt) : Date.now() + 3 * 60_000;
}

export function newNonce(): string {
  return crypto.randomUUID();
}

/** Where the app leads back to. It refuses addresses without TLS, as on a developer's machine: there one goes back oneself. */
export function returnUrl(nonce: string): string {
  return window.location.protocol === "https:" ? `${window.location.origin}/return#${nonce}` : "";
}
