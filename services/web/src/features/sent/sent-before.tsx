// What had left of a month before it was corrected: to whom, when, and what became of it.
import { useOwnDisclosures } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";
import { areAllThere, sentBefore } from "./versions";

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
      <p>{before ? (areAllThere(before) ? t.oldSent : t.oldLeft) : t.oldMaySent}</p>
      {before && (
        <ul {...shows("/months/:monthReportId", "sentBefore")}>
          {before.map((row) => (
            <li key={`${row.recipient} ${row.revision}`}>
              {capitalised(name(row.recipient))}
              {row.sentAt && ` (${formats.instant(row.sentAt)})`}: {t.disclosures[row.state]}
            </li>
          ))}
        </ul>
      )}
      <p>{t.oldBecomes}</p>
      <p>
        <Link to="/sent">{t.toSent}</Link>
      </p>
    </>
  );
}
