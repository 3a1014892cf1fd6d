// Those a month may be sent to.
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

export const RECIPIENTS = [Recipient.ESF, Recipient.SCB] as const;
export type KnownRecipient = (typeof RECIPIENTS)[number];

export function isKnown(recipient: Recipient): recipient is KnownRecipient {
  return RECIPIENTS.some((known) => known === recipient);
}
