// Freezing what is to be signed: the month as it was read, and the consents that were ticked.
import { AnswerService, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { prepareConsent } from "@/features/consent/prepare-consent";
import type { KnownRecipient } from "@/features/consent/recipients";
import type { Document } from "@/features/signing/signing";
import { clientOf } from "@/shared/connection/transport";
import { type Language, wireLanguage } from "@/shared/language/language";

const answers = clientOf(AnswerService);

interface Preparation {
  month: OwnMonth;
  recipients: readonly KnownRecipient[];
  wordings: readonly ConsentText[];
  language: Language;
}

export async function prepare({ month, recipients, wordings, language }: Preparation): Promise<Document[]> {
  const revision = month.summary?.revision ?? 0;
  const { signatureId } = await answers.prepareApproval({
    monthReportId: month.summary?.monthReportId ?? "",
    revision,
    contentHash: month.contentHash,
    language: wireLanguage(language),
  });
  const consents = await Promise.all(recipients.map((recipient) => prepareConsent(recipient, wordings, language)));
  return [{ kind: "approval", signatureId, revision }, ...consents];
}
