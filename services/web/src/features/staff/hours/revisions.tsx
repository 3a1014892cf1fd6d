// What was submitted of a month, the newest first: hours, the participant's answer, and what they remarked.
import type { SubmittedMonth } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { AnswerStatus } from "@/features/months/answer-status";
import { useActivityNames } from "@/features/months/queries";
import { Facts } from "@/shared/components/facts";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

export function Revisions({ revisions }: { revisions: readonly SubmittedMonth[] }) {
  const t = useTexts(texts);
  return revisions.length === 0 ? null : (
    <Section title={t.submitted}>
      <ul className="cards" {...shows(PATH, "submitted")}>
        {revisions.toReversed().map((revision) => (
          <li key={revision.revision} className="card">
            <Revision revision={revision} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Revision({ revision }: { revision: SubmittedMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const { answer, answeredAt, submittedAt, creditedMinutes, remarks } = revision;
  const facts = [
    { name: t.hours, value: formats.hours(creditedMinutes) },
    ...(submittedAt ? [{ name: t.submittedAt, value: formats.instant(submittedAt) }] : []),
    ...(answeredAt ? [{ name: t.answeredAt, value: formats.instant(answeredAt) }] : []),
  ];
  return (
    <>
      <div className="card-head">
        <h3 className="card-title">{t.version(revision.revision)}</h3>
        <AnswerStatus answer={answer} />
      </div>
      <Facts facts={facts} />
      {remarks.length > 0 && (
        <>
          <h4 className="label">{t.remarks}</h4>
          <ul className="days">
            {remarks.map(({ day, activityCode, text }) => (
              <li key={`${day?.day} ${activityCode}`}>
                <span className="day">{day && capitalised(formats.weekday(day))}</span>
                <span className="day-activity small">{nameOf(activityCode)}</span>
                <span className="written">{text}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
