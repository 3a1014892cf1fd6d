// What is reported: the hours at once, activity by activity, what changed, and the days for whoever wants them.
import type { ChangedActivity, OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer, type MonthDay } from "@/gen/deltaga/attendance/v1/month_pb";
import { Totals } from "@/features/months/totals";
import { useNamed } from "@/features/names/queries";
import { SentBefore } from "@/features/sent/sent-before";
import { type ActivityName, useActivityNames } from "@/shared/activities/names";
import { More } from "@/shared/components/more";
import { Note } from "@/shared/components/note";
import { Subsection } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats, weekOf } from "@/shared/language/format";

import { useUnsavedRemarks } from "./filled-in";
import { HowCounted } from "./how-counted";
import { isRemarkable } from "./remarks";
import { ANSWER_PLACE, DAYS_PLACE, goTo } from "./go-to-place";
import { Remark } from "./row-remark";
import { texts } from "./texts";

export function Report({ month }: { month: OwnMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const named = useNamed(month.summary?.placementId ?? "");
  const unsaved = useUnsavedRemarks(month.summary?.monthReportId ?? "");
  const total = month.summary?.creditedMinutes ?? 0;
  const answerBefore = month.summary?.answerBefore;
  const isZero = month.days.length === 0;
  const isWaiting = month.summary?.answer === Answer.WAITING;
  const isCorrection = isWaiting && month.answeredRevision !== undefined;
  return (
    <>
      <p className="figure">
        <strong>{formats.hours(total)}</strong> <span>{t.reported(named?.provider ?? "")}</span>
      </p>
      <HowCounted month={month} nameOf={nameOf} />
      {isWaiting && (
        <p>
          {answerBefore && `${t.until(formats.lastDayBefore(answerBefore))} `}
          <a href={`#${ANSWER_PLACE}`} onClick={(event) => goTo(event, ANSWER_PLACE)}>{t.toAnswer}</a>
        </p>
      )}
      {isZero && (
        <Note kind="info">
          <p>{t.zero}</p>
          {isWaiting && <p>{t.zeroWaits}</p>}
        </Note>
      )}
      {isCorrection && <Changes month={month} nameOf={nameOf} />}
      {!isZero && (
        <>
          <Totals totals={month.totals} total={total} />
          <More title={t.days} startsOpen={unsaved.length > 0}>
            <div id={DAYS_PLACE} tabIndex={-1} className="stack">
              {isRemarkable(month) && <p>{t.remarksAre}</p>}
              <Days month={month} nameOf={nameOf} />
            </div>
          </More>
        </>
      )}
      {isWaiting && <p>{t.wrongOrMissing(isRemarkable(month) && !isZero)}</p>}
    </>
  );
}

function Days({ month, nameOf }: { month: OwnMonth; nameOf: ActivityName }) {
  const formats = useFormats();
  const weeks = new Map<number, MonthDay[]>();
  for (const day of month.days) {
    if (day.day) {
      const week = weekOf(day.day);
      weeks.set(week, [...(weeks.get(week) ?? []), day]);
    }
  }
  return [...weeks].map(([week, daysOfWeek]) => (
    <Subsection key={week} level={2} title={capitalised(formats.week(week))}>
      <ul className="days">
        {daysOfWeek.map((day) => (
          <li key={day.day?.day}>
            <DayRows month={month} day={day} nameOf={nameOf} />
          </li>
        ))}
      </ul>
    </Subsection>
  ));
}

function DayRows({ month, day: { day, activities }, nameOf }: { month: OwnMonth; day: MonthDay; nameOf: ActivityName }) {
  const t = useTexts(texts);
  const formats = useFormats();
  if (!day) {
    return null;
  }
  const dayName = formats.weekday(day);
  return (
    <>
      <span className="day">{capitalised(dayName)}</span>
      {activities.map(({ activityCode, minutes, creditedMinutes }) => (
        <div key={activityCode}>
          <span className="day-activity">
            {nameOf(activityCode)}: {formats.hours(creditedMinutes)}
            {minutes !== creditedMinutes && <span className="small"> ({t.reportedOnDay(formats.hours(minutes))})</span>}
          </span>
          <Remark month={month} row={{ day, activityCode }} rowName={`${nameOf(activityCode)}, ${dayName}`} />
        </div>
      ))}
    </>
  );
}

// Whoever answered a month before sees what is different and nothing else.
function Changes({ month, nameOf }: { month: OwnMonth; nameOf: ActivityName }) {
  const t = useTexts(texts);
  const isApproved = month.earlierAnswer === Answer.APPROVED;
  if (month.changes.length === 0) {
    return (
      <Note kind="info" title={isApproved ? t.submittedAgain : t.submittedAgainRejected}>
        <p>{isApproved ? t.unchanged : t.unchangedRejected}</p>
        <AnswerTheNew month={month} />
      </Note>
    );
  }
  return (
    <Note kind="info" title={isApproved ? t.corrected : t.correctedRejected}>
      <p>{t.changes}</p>
      <ul className="changes">
        {month.changes.map((change) => (
          <Change key={`${change.day?.day} ${change.activityCode}`} change={change} nameOf={nameOf} />
        ))}
      </ul>
      <AnswerTheNew month={month} />
    </Note>
  );
}

function AnswerTheNew({ month: { summary } }: { month: OwnMonth }) {
  const t = useTexts(texts);
  return (
    <>
      <p>{t.answerTheNew}</p>
      <SentBefore monthReportId={summary?.monthReportId ?? ""} revision={summary?.revision ?? 0} />
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
