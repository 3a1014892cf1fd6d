// What went wrong, as people are told of it: the text of the reason, a number to give whoever helps, and what to do next.
import { Code, ConnectError } from "@connectrpc/connect";

import { reasonTexts, type Text } from "@/gen/texts";

import { readDetails, type Violation } from "./details";

/** What makes sense next. */
export type NextStep = "tryAgain" | "reload" | "signIn" | "readAgain" | "goBack" | "ask";

export interface Problem {
  /** Name of the reason without its prefix; empty if nothing was answered. */
  readonly reason: string;
  readonly text: Text;
  /** Fields that are wrong, for forms to tell beside each. */
  readonly violations: readonly Violation[];
  readonly traceId: string | undefined;
  readonly next: NextStep;
  /** Whether the same call may succeed later. */
  readonly isPassing: boolean;
}

const STEPS: Readonly<Record<string, NextStep>> = {
  SESSION_ENDED: "signIn",
  UNAUTHENTICATED: "signIn",
  TOKEN_EXPIRED: "signIn",
  ASSURANCE_TOO_LOW: "signIn",
  CSRF_TOKEN_INVALID: "reload",
  ORIGIN_NOT_ALLOWED: "reload",
  CONTENT_TYPE_UNSUPPORTED: "reload",
  FIELD_UNKNOWN: "reload",
  REVISION_SUPERSEDED: "readAgain",
  CONTENT_HASH_DIFFERS: "readAgain",
  MONTH_ANSWERED: "readAgain",
  ANSWER_LAPSED: "readAgain",
  CONSENT_ALREADY_GIVEN: "readAgain",
  CONSENT_TEXT_NOT_IN_FORCE: "readAgain",
  NOT_FOUND: "goBack",
  CALLER_NOT_ALLOWED: "ask",
  PERMISSION_MISSING: "ask",
};

/** Nobody knows from here whose fault it is. */
export const NO_CONTACT: Text = {
  sv: "Vi får ingen kontakt med tjänsten. Det kan bero på din uppkoppling eller på oss. Försök igen om en stund.",
  en: "We cannot reach the service. It may be your connection, or it may be us. Try again shortly.",
};

const PASSING: readonly Code[] = [Code.Unavailable, Code.DeadlineExceeded, Code.Aborted, Code.ResourceExhausted];

export function problemOf(error: unknown): Problem {
  if (!(error instanceof ConnectError)) {
    return unanswered(reasonTexts.INTERNAL, false);
  }
  const details = readDetails(
    error.details.flatMap((detail) => ("type" in detail && detail.value ? [{ type: detail.type, value: detail.value }] : [])),
  );
  const { reason, texts, violations } = details;
  const { sv, en } = texts;
  if (!reason || !sv || !en) {
    return unanswered(NO_CONTACT, true);
  }
  return {
    reason,
    text: { sv, en },
    violations,
    traceId: details.traceId,
    next: STEPS[reason] ?? "tryAgain",
    isPassing: PASSING.includes(error.code),
  };
}

/** Whether what failed is done over by the same button. */
export function isTriedAgain(error: unknown): boolean {
  return error !== null && error !== undefined && problemOf(error).next === "tryAgain";
}

// Nothing of ours answered: the network is away, or what stands in between.
function unanswered(text: Text, isPassing: boolean): Problem {
  return { reason: "", text, violations: [], traceId: undefined, next: "tryAgain", isPassing };
}
