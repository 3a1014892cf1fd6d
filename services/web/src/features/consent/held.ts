// Which consents hold, what has changed about them, and what is known of them once one is taken back.
import { type Timestamp } from "@bufbuild/protobuf/wkt";

import { type Consent, Withdrawer } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { type KnownRecipient, RECIPIENTS } from "./recipients";

type Held = Pick<Consent, "recipient" | "withdrawnAt">;

export interface Changed {
  readonly begun: readonly KnownRecipient[];
  readonly ended: readonly KnownRecipient[];
}

/** The consent to a recipient that holds, if there is one. */
export function heldFor<One extends Held>(consents: readonly One[], recipient: Recipient): One | undefined {
  return consents.find((consent) => consent.recipient === recipient && !consent.withdrawnAt);
}

/** Those to whom a consent holds. */
export function heldRecipients(consents: readonly Held[]): KnownRecipient[] {
  return RECIPIENTS.filter((recipient) => heldFor(consents, recipient));
}

/** What differs from what was shown; nothing if nothing does. */
export function changedSince(shown: readonly KnownRecipient[], now: readonly KnownRecipient[]): Changed | undefined {
  const begun = now.filter((recipient) => !shown.includes(recipient));
  const ended = shown.filter((recipient) => !now.includes(recipient));
  return begun.length + ended.length > 0 ? { begun, ended } : undefined;
}

/** The list once the consent to a recipient is taken back. Without an instant there never was one. */
export function afterWithdrawal(
  consents: readonly Consent[],
  recipient: KnownRecipient,
  withdrawnAt: Timestamp | undefined,
): Consent[] {
  const held = heldFor(consents, recipient);
  return consents.flatMap((consent) => {
    if (consent !== held) {
      return [consent];
    }
    return withdrawnAt ? [{ ...consent, withdrawnAt, withdrawnBy: Withdrawer.PERSON }] : [];
  });
}
