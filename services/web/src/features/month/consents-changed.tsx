// Nothing is signed on the strength of what no longer holds: the person sees what is different and decides anew.
import type { Changed } from "@/features/consent/held";
import { useRecipientName } from "@/features/consent/recipient-names";
import type { KnownRecipient } from "@/features/consent/recipients";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

interface ConsentsChangedProps {
  changed: Changed;
  held: readonly KnownRecipient[];
  chosen: readonly KnownRecipient[];
}

export function ConsentsChanged({ changed, held, chosen }: ConsentsChangedProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  return (
    <Note kind="warning" title={t.consentsChanged} isTold shown={shows("/months/:monthReportId", "consentsChanged")}>
      {changed.begun.length > 0 && <p>{t.consentBegun(changed.begun.map(name))}</p>}
      {changed.ended.length > 0 && <p>{t.consentEnded(changed.ended.map(name))}</p>}
      <p>
        {t.ifApproved}: {t.goesTo(held.map(name), chosen.map(name))}
      </p>
      <p>{t.answerAnew}</p>
    </Note>
  );
}
