// Boxes ticked for consents, month by month, for whoever comes back from the signing or signs in again in place. Kept in
// memory alone. A tick belongs to the wording it was made under.
import { useState } from "react";

import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { KnownRecipient } from "@/features/consent/recipients";

export interface Tick {
  readonly recipient: KnownRecipient;
  readonly textVersion: number;
}

type Wording = Pick<ConsentText, "recipient" | "version">;

const kept = new Map<string, readonly Tick[]>();

export function useTicks(monthReportId: string): [readonly Tick[], (ticks: readonly Tick[]) => void] {
  const [ticks, setTicks] = useState(() => kept.get(monthReportId) ?? []);
  return [
    ticks,
    (next) => {
      kept.set(monthReportId, next);
      setTicks(next);
    },
  ];
}

/** The month has its answer. */
export function forgetTicks(monthReportId: string): void {
  kept.delete(monthReportId);
}

/** Whoever was here has signed out. */
export function forgetAllTicks(): void {
  kept.clear();
}

/** Ticks for recipients, under the wordings that are shown. */
export function ticksFor(recipients: readonly KnownRecipient[], wordings: readonly Wording[]): Tick[] {
  return recipients.flatMap((recipient) => {
    const wording = wordings.find((candidate) => candidate.recipient === recipient);
    return wording ? [{ recipient, textVersion: wording.version }] : [];
  });
}

/** Recipients whose tick still counts: without a consent, and under the wording that was read. */
export function chosenOf(
  ticks: readonly Tick[],
  open: readonly KnownRecipient[],
  wordings: readonly Wording[],
): KnownRecipient[] {
  const inForce = ticksFor(open, wordings);
  return inForce
    .filter((now) => ticks.some((tick) => tick.recipient === now.recipient && tick.textVersion === now.textVersion))
    .map((now) => now.recipient);
}
