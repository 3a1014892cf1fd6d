// The participant's months: those that wait for an answer first, with the last day for it.
import { type OwnMonthSummary } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { Loaded } from "@/shared/components/loading";
import { Page, Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Anchor } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { AnswerStatus } from "./answer-status";
import { useOwnMonths } from "./queries";
import { texts } from "./texts";

export default function MonthsPage() {
  const t = useTexts(texts);
  const months = useOwnMonths();
  return (
    <Page title={t.title}>
      <Loaded query={months}>{(all) => (all.length === 0 ? <p {...shows("/months", "empty")}>{t.none}</p> : <Lists months={all} />)}</Loaded>
    </Page>
  );
}

function Lists({ months }: { months: readonly OwnMonthSummary[] }) {
  const t = useTexts(texts);
  const waiting = months.filter((month) => month.answer === Answer.WAITING);
  const others = months.filter((month) => month.answer !== Answer.WAITING);
  return (
    <>
      {waiting.length > 0 ? (
        <Section title={t.waiting}>
          <List months={waiting} />
        </Section>
      ) : (
        <p className="lead" {...shows("/months", "settled")}>{t.nothingWaits}</p>
      )}
      {others.length > 0 && (
        <Section title={t.earlier}>
          <List months={others} />
        </Section>
      )}
      {waiting.length > 0 && <p className="small" {...shows("/months", "waiting")}>{t.silence}</p>}
    </>
  );
}

function List({ months }: { months: readonly OwnMonthSummary[] }) {
  return (
    <ul className="cards">
      {months.map((month) => (
        <Row key={month.monthReportId} summary={month} />
      ))}
    </ul>
  );
}

function Row({ summary }: { summary: OwnMonthSummary }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { month, answer, answerBefore } = summary;
  const isWaiting = answer === Answer.WAITING;
  const href = `/months/${summary.monthReportId}`;
  const name = month ? capitalised(formats.month(month)) : "";
  return (
    <li className="card">
      <div className="card-head">
        <h3 className="card-title">
          {isWaiting ? (
            name
          ) : (
            <Anchor href={href} className="card-link">{name}</Anchor>
          )}
        </h3>
        {/* Those that wait stand under a heading that says so. */}
        {!isWaiting && <AnswerStatus answer={answer} />}
      </div>
      <p className="card-figure">{formats.hours(summary.creditedMinutes)}</p>
      {isWaiting && answerBefore && <p>{t.until(formats.lastDayBefore(answerBefore))}</p>}
      {summary.revision > 1 &&
        (isWaiting ? <p>{t.answerAnew}</p> : <p className="small">{t.corrected(summary.revision)}</p>)}
      {isWaiting && (
        <Anchor href={href} className="button-link card-link" aria-label={t.readAndAnswerFor(name)}>{t.readAndAnswer}</Anchor>
      )}
    </li>
  );
}
