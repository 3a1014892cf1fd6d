// What is reported: the hours at once, activity by activity, what changed, and the days for whoever wants them.
import type { ChangedActivity, OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer, type DayActivity, type MonthDay } from "@/gen/deltaga/attendance/v1/month_pb";
import { type ActivityName, useActivityNames } from "@/features/months/queries";
import { More } from "@/shared/components/more";
import { Note } from "@/shared/components/note";
import { Subsection } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats, weekOf } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";

import { texts } from "./texts";

export function Report({ month }: { month: OwnMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const total = month.summary?.creditedMinutes ?? 0;
  const isZero = month.days.length === 0;
  const isCorrection = month.approvedRevision !== undefined && month.summary?.answer === Answer.WAITING;
  return (
    <>
      <p className="figure">
        <strong>{formats.hours(total)}</strong> <span>{t.reported}</span>
      </p>
      {isZero && <Note kind="info">{t.zero.map((text) => <p key={text}>{text}</p>)}</Note>}
      {isCorrection && <Changes month={month} nameOf={nameOf} />}
      {!isZero && (
        <>
          <Totals totals={month.totals} nameOf={nameOf} total={total} />
          {isRounded(month) && <p className="small">{t.rounded}</p>}
          <More title={t.days}>
            <Days days={month.days} nameOf={nameOf} />
          </More>
        </>
      )}
    </>
  );
}

interface TotalsProps {
  totals: readonly DayActivity[];
  nameOf: ActivityName;
  total: number;
}

function Totals({ totals, nameOf, total }: TotalsProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  return (
    <table className="totals">
      <caption className="only-read">{t.totals}</caption>
      <thead>
        <tr>
          <th scope="col">{t.activity}</th>
          <th scope="col" className="number">{t.hours}</th>
        </tr>
      </thead>
      <tbody>
        {totals.map((activity) => (
          <tr key={activity.activityCode}>
            <th scope="row">{nameOf(activity.activityCode)}</th>
            <td className="number">{formats.hoursNumber(activity.creditedMinutes)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t.inAll}</th>
          <td className="number">{formats.hoursNumber(total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Days({ days, nameOf }: { days: readonly MonthDay[]; nameOf: ActivityName }) {
  const formats = useFormats();
  const weeks = new Map<number, MonthDay[]>();
  for (const day of days) {
    if (day.day) {
      const week = weekOf(day.day);
      weeks.set(week, [...(weeks.get(week) ?? []), day]);
    }
  }
  return [...weeks].map(([week, daysOfWeek]) => (
    <Subsection key={week} level={2} title={capitalised(formats.week(week))}>
      <ul className="days">
        {daysOfWeek.map(({ day, activities }) => (
          <li key={day?.day}>
            <span className="day">{day && capitalised(formats.weekday(day))}</span>
            {activities.map((activity) => (
              <span key={activity.activityCode} className="day-activity">
                {nameOf(activity.activityCode)}: {formats.hours(activity.creditedMinutes)}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Subsection>
  ));
}

// Whoever approved a month before sees what is different and nothing else.
function Changes({ month, nameOf }: { month: OwnMonth; nameOf: ActivityName }) {
  const t = useTexts(texts);
  if (month.changes.length === 0) {
    return (
      <Note kind="info" title={t.corrected}>
        <p>{t.unchanged}</p>
        <AnswerTheNew />
      </Note>
    );
  }
  return (
    <Note kind="info" title={t.corrected}>
      <p>{t.changes}</p>
      <ul className="changes">
        {month.changes.map((change) => (
          <Change key={`${change.day?.day} ${change.activityCode}`} change={change} nameOf={nameOf} />
        ))}
      </ul>
      <AnswerTheNew />
    </Note>
  );
}

function AnswerTheNew() {
  const t = useTexts(texts);
  return (
    <>
      <p>{t.answerTheNew}</p>
      <p>
        {t.oldMaySent} <Link to="/sent">{t.toSent}</Link>
      </p>
    </>
  );
}

function Change({ change, nameOf }: { change: ChangedActivity; nameOf: ActivityName }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { day, beforeMinutes, afterMinutes } = change;
  return (
    <li>
      <span className="day">{day && capitalised(formats.weekday(day))}</span>{" "}
      {nameOf(change.activityCode)}: {t.fromTo(formats.hours(beforeMinutes), formats.hours(afterMinutes))}
    </li>
  );
}

function isRounded(month: OwnMonth): boolean {
  const activities = month.days.flatMap((day) => day.activities);
  return activities.some((activity) => activity.minutes !== activity.creditedMinutes);
}
