// What was submitted of a month. The last version counts, with hours, the participant's answer, and what they remarked; those it
// has replaced are folded below it.
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import type { SubmittedMonth } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { AnswerStatus } from "@/features/months/answer-status";
import { Facts } from "@/shared/components/facts";
import { More } from "@/shared/components/more";
import { Section } from "@/shared/components/page";
import { Status } from "@/shared/components/status";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { useActivityLabels } from "./activity-labels";
import { entriesOfRevision } from "./grid";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

/** Where the remarks on the last version stand. */
export const REMARKS = "remarks";

export function Revisions({ revisions }: { revisions: readonly SubmittedMonth[] }) {
  const t = useTexts(texts);
  const [last, ...replaced] = revisions.toReversed();
  if (!last) {
    return null;
  }
  const wasApproved = replaced.some(({ answer }) => answer === Answer.APPROVED);
  return (
    <Section title={t.submitted}>
      <div className="card" {...shows(PATH, "submitted")}>
        <div className="card-head">
          <h3 className="card-title">{replaced.length > 0 ? t.versionNow(last.revision) : t.version(last.revision)}</h3>
          <AnswerStatus answer={last.answer} />
        </div>
        {wasApproved && last.answer !== Answer.APPROVED && <p>{t.approvedBefore}</p>}
        <RevisionFacts revision={last} remarksId={REMARKS} />
      </div>
      {replaced.length > 0 && (
        <More title={t.replaced(replaced.length)}>
          <ul className="cards" {...shows(PATH, "replaced")}>
            {replaced.map((revision) => (
              <li key={revision.revision} className="card">
                <div className="card-head">
                  <h3 className="card-title">{t.version(revision.revision)}</h3>
                  <Status tone="neutral">{t.isReplaced}</Status>
                </div>
                <RevisionFacts revision={revision} answeredThen={t.answers[revision.answer]} />
              </li>
            ))}
          </ul>
        </More>
      )}
    </Section>
  );
}

interface RevisionFactsProps {
  revision: SubmittedMonth;
  /** How it was answered, where it counts no longer. */
  answeredThen?: string;
  remarksId?: string;
}

function RevisionFacts({ revision, answeredThen, remarksId }: RevisionFactsProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityLabels();
  const { answer, answeredAt, submittedAt, creditedMinutes, remarks } = revision;
  const typed = entriesOfRevision(revision).reduce((sum, { minutes }) => sum + minutes, 0);
  const hasAnswer = answer === Answer.APPROVED || answer === Answer.REJECTED;
  const facts = [
    { name: t.hours, value: formats.hours(creditedMinutes) },
    ...(typed !== creditedMinutes ? [{ name: t.typed, value: formats.hours(typed) }] : []),
    ...(submittedAt ? [{ name: t.submittedAt, value: formats.instant(submittedAt) }] : []),
    ...(answeredThen ? [{ name: t.answeredThen, value: answeredThen }] : []),
    ...(answeredAt && hasAnswer ? [{ name: t.answeredAt, value: formats.instant(answeredAt) }] : []),
  ];
  return (
    <>
      <Facts facts={facts} />
      {remarks.length > 0 && (
        <>
          <h4 id={remarksId} tabIndex={-1} className="label">{t.remarks}</h4>
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
