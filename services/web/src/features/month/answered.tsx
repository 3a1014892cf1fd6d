// A month that has its answer: which, since when, and where the month has come for each recipient.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { RECIPIENTS } from "@/features/consent/recipients";
import { AnswerStatus } from "@/features/months/answer-status";
import { Way } from "@/features/sent/way";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { OwnRemarks } from "./own-remarks";
import { texts } from "./texts";

export function Answered({ month }: { month: OwnMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { summary, answeredAt } = month;
  if (!summary?.month) {
    return null;
  }
  return (
    <>
      <Section title={t.yourAnswer}>
        <p>
          <AnswerStatus answer={summary.answer} /> {answeredAt && <span className="when">{formats.instant(answeredAt)}</span>}
        </p>
        {summary.revision > 1 && <p>{t.thisCounts(summary.revision)}</p>}
        {(summary.answer === Answer.APPROVED || summary.answer === Answer.REJECTED) && <p>{t.wrongAnswer}</p>}
      </Section>
      <OwnRemarks remarks={month.remarks} />
      <Section title={t.whereItIs}>
        {RECIPIENTS.map((recipient) => (
          <Way key={recipient} placementId={summary.placementId} month={summary.month} recipient={recipient} />
        ))}
      </Section>
    </>
  );
}
