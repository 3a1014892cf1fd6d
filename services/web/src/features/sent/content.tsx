// What one sending held, in words: exactly what the recipient was told of the month.
import { useState } from "react";

import type { Disclosure } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { useOwnMonths, useOwnRevision } from "@/features/months/queries";
import { Totals } from "@/features/months/totals";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

interface ContentProps {
  row: Disclosure;
  /** Whether the hours may be asked for at once, where no list has told them. */
  isAskedAtOnce: boolean;
}

export function Content({ row, isAskedAtOnce }: ContentProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { data: months } = useOwnMonths();
  const { monthReportId, revision } = row;
  const listed = months?.find((own) => own.monthReportId === monthReportId && own.revision === revision);
  const isUnlisted = months !== undefined && !listed;
  const [isOpened, setIsOpened] = useState(false);
  const sent = useOwnRevision(row, isOpened || (isUnlisted && isAskedAtOnce));
  const minutes = listed?.creditedMinutes ?? sent.data?.creditedMinutes;
  const lines = [
    t.sentNumber,
    t.sentPeriod,
    row.month && t.sentMonth(formats.month(row.month)),
    t.sentUnit,
    t.sentReport(revision),
    minutes === undefined ? t.sentHoursUnknown : t.sentHours(formats.hours(minutes)),
  ];
  return (
    <>
      <p>{t.thisWasSent}</p>
      <ul {...(minutes !== undefined && shows("/sent", "hours"))}>
        {lines.map((line) => line && <li key={line}>{line}</li>)}
      </ul>
      {sent.isError ? (
        <ProblemNote error={sent.error} tryAgain={() => void sent.refetch()} about={t.noHours} shown={shows("/sent", "hoursUnread")} />
      ) : (
        <More title={t.hoursOf} onOpen={() => setIsOpened(true)}>
          {isOpened && (
            <Loaded query={sent}>
              {(revision) => revision && <Totals totals={revision.totals} total={revision.creditedMinutes} />}
            </Loaded>
          )}
          <p className="small">{t.onlySum}</p>
        </More>
      )}
    </>
  );
}
