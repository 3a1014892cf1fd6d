// The answer to a withdrawal: what had already left, and what was on its way.
import type { PlacementMonth, WithdrawResponse } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { useRecipientName } from "./recipient-names";
import type { KnownRecipient } from "./recipients";
import { texts } from "./texts";

export function Withdrawn({ answer, recipient }: { answer: WithdrawResponse; recipient: KnownRecipient }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  const { alreadySent, inTransfer, withdrawnAt } = answer;
  return (
    <Note kind="success" title={t.takenBack(name(recipient))} isTold shown={shows("/consents", "takenBack")}>
      {withdrawnAt && <p>{t.takenBackAt(formats.instant(withdrawnAt))}</p>}
      {alreadySent.length + inTransfer.length === 0 && <p>{t.nothingSent}</p>}
      {alreadySent.length > 0 && <p>{t.alreadySent}</p>}
      <Months months={alreadySent} />
      {inTransfer.length > 0 && <p>{t.inTransfer}</p>}
      <Months months={inTransfer} />
    </Note>
  );
}

function Months({ months }: { months: readonly PlacementMonth[] }) {
  const formats = useFormats();
  return months.length === 0 ? null : (
    <ul>
      {months.map(({ placementId, month }) => (
        <li key={`${placementId} ${month?.year} ${month?.month}`}>{month && formats.month(month)}</li>
      ))}
    </ul>
  );
}
