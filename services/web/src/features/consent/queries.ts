// The participant's consents, the wordings in force, and what was sent.
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ConsentService } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { useLanguage, wireLanguage } from "@/shared/language/language";

const client = clientOf(ConsentService);

export const consentsKey = ["own-consents"] as const;
export const consentTextsKey = ["consent-texts"] as const;
export const disclosuresKey = ["own-disclosures"] as const;
export const explainKey = ["explain"] as const;

export function useOwnConsents() {
  return useQuery({
    queryKey: consentsKey,
    queryFn: () => allPages((page) => client.listOwnConsents({ page }), (answer) => answer.consents),
  });
}

export function useConsentTexts() {
  const language = wireLanguage(useLanguage().language);
  return useQuery({
    queryKey: [...consentTextsKey, language],
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

/** Asks anew for all that hangs on consents: they themselves, their wordings, and where each month has come. It is done when what is shown was answered. */
export function useRefreshConsents(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [consentsKey, consentTextsKey, disclosuresKey, explainKey].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
}
