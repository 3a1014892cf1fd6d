// What had left of a month before it was corrected: to whom, when, and what became of it.
import { DisclosureState } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { useOwnDisclosures } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";

import { texts } from "./texts";
import { sentBefore } from "./versions";

interface SentBeforeProps {
  monthReportId: string;
  /** The one that took the place of what was sent. */
  revision: number;
}

export function SentBefore({ monthReportId, revision }: SentBeforeProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  const { data: disclosures } = useOwnDisclosures();
  const before = disclosures && sentBefore(disclosures, monthReportId, revision);
  if (before?.length === 0) {
    return <p>{t.oldNotSent}</p>;
  }
  return (
    <>
      <p>{before ? t.oldSent : t.oldMaySent}</p>
      {before && (
        <ul>
          {before.map((row) => (
            <li key={`${row.recipient} ${row.revision}`}>
              {capitalised(name(row.recipient))}
              {row.sentAt && `, ${formats.instant(row.sentAt)}`}. {row.state !== DisclosureState.UNSPECIFIED && t.disclosures[row.state]}
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to="/sent">{t.toSent}</Link>
      </p>
    </>
  );
}
