// Every consent there ever was, with its wording as it was signed.
import type { Consent } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Language } from "@/gen/deltaga/types/v1/types_pb";
import { Facts } from "@/shared/components/facts";
import { More } from "@/shared/components/more";
import { Paragraphs } from "@/shared/components/paragraphs";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";

import { useRecipientName } from "./recipient-names";
import { texts } from "./texts";

export function History({ consents }: { consents: readonly Consent[] }) {
  const t = useTexts(texts);
  return (
    <More title={t.history}>
      {consents.length === 0 ? (
        <p>{t.noHistory}</p>
      ) : (
        <ul className="cards">
          {consents.map((consent) => (
            <li key={consent.consentId} className="card">
              <Row consent={consent} />
            </li>
          ))}
        </ul>
      )}
    </More>
  );
}

function Row({ consent }: { consent: Consent }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  const { givenAt, withdrawnAt, text } = consent;
  const facts = [
    ...(givenAt ? [{ name: t.givenAt, value: formats.instant(givenAt) }] : []),
    withdrawnAt
      ? { name: t.takenBackBy[consent.withdrawnBy], value: formats.instant(withdrawnAt) }
      : { name: t.holds, value: t.untilFurther },
  ];
  return (
    <>
      <h3 className="card-title">{capitalised(name(consent.recipient))}</h3>
      <Facts facts={facts} />
      {text && (
        <More title={t.signedText(text.version)}>
          <Paragraphs text={text.body} lang={text.language === Language.EN ? "en" : "sv"} />
        </More>
      )}
    </>
  );
}

