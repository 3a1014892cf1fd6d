// The participant's consents, the wordings in force, and what was sent.
import { useQuery } from "@tanstack/react-query";

import { type Consent, ConsentService } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { useLanguage, wireLanguage } from "@/shared/language/language";

const client = clientOf(ConsentService);

export const consentsKey = ["own-consents"] as const;
export const disclosuresKey = ["own-disclosures"] as const;

export function useOwnConsents() {
  return useQuery({
    queryKey: consentsKey,
    queryFn: () => allPages((page) => client.listOwnConsents({ page }), (answer) => answer.consents),
  });
}

export function useConsentTexts() {
  const language = wireLanguage(useLanguage().language);
  return useQuery({
    queryKey: ["consent-texts", language],
    queryFn: () => allPages((page) => client.listConsentTexts({ language, page }), (answer) => answer.texts),
  });
}

export function useOwnDisclosures() {
  return useQuery({
    queryKey: disclosuresKey,
    queryFn: () =>
      allPages(
        (page) => client.listOwnDisclosures({ recipient: Recipient.UNSPECIFIED, page }),
        (answer) => answer.disclosures,
      ),
  });
}

/** The consent to a recipient that holds, if there is one. */
export function heldFor(consents: readonly Consent[], recipient: Recipient): Consent | undefined {
  return consents.find((consent) => consent.recipient === recipient && !consent.withdrawnAt);
}
