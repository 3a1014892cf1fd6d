// Boxes ticked for consents, month by month, for whoever comes back from the signing or signs in again in place. A tick belongs
// to the wording it was made under.
import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { KnownRecipient } from "@/features/consent/recipients";
import { useKept } from "@/shared/filled/kept";

export interface Tick {
  readonly recipient: KnownRecipient;
  readonly textVersion: number;
}

type Wording = Pick<ConsentText, "recipient" | "version">;

const NONE: readonly Tick[] = [];

export function ticksKey(monthReportId: string): string {
  return `ticks ${monthReportId}`;
}

export function useTicks(monthReportId: string): [readonly Tick[], (ticks: readonly Tick[]) => void] {
  const { value, keep } = useKept(ticksKey(monthReportId), NONE);
  return [value, keep];
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
