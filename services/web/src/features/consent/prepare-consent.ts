// Preparing a consent to be signed, with the wording that was shown.
import { type ConsentText, ConsentService } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { Document } from "@/features/signing/signing";
import { settled } from "@/shared/connection/patience";
import { problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { type Language, wireLanguage } from "@/shared/language/language";

import type { KnownRecipient } from "./recipients";

const client = clientOf(ConsentService);

export async function prepareConsent(
  recipient: KnownRecipient,
  wordings: readonly ConsentText[],
  language: Language,
): Promise<Document> {
  const textVersion = wordings.find((wording) => wording.recipient === recipient)?.version ?? 0;
  const request = { recipient, textVersion, language: wireLanguage(language) };
  // Consent hears of the first month a moment after it was submitted.
  const { signatureId } = await settled(
    () => client.prepareConsent(request),
    () => true,
    (error) => {
      const { reason, isPassing } = problemOf(error);
      return isPassing || reason === "CONSENT_TOO_EARLY" || reason === "NOT_CAUGHT_UP";
    },
  );
  return { kind: "consent", signatureId, recipient };
}
