// A field per day and activity, folded week by week. Each field tells how it is understood and what it counts as; a folded week
// tells what stands in it, and opens where something in it is wrong.
import { useEffect, useRef, useState } from "react";

import type { ActivityName } from "@/shared/activities/names";
import type { Faults } from "@/shared/components/faults";
import { TextField } from "@/shared/components/field";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, type Formats, useFormats } from "@/shared/language/format";

import { today } from "../today";
import { useActivityLabels } from "./activity-labels";
import { fieldId, type Grid, type GridDay, minutesOf } from "./grid";
import { isRoundedUp, reportedOf } from "./reported";
import { texts } from "./texts";
import { useSumsInWords } from "./sums-in-words";
import { type GridWeek, openAtFirst, reportedOn, summaryOf, weekdayOf, weeksOf } from "./weeks";

interface HoursFieldsProps {
  days: readonly GridDay[];
  grid: Grid;
  ruleSet: string;
  /** What a day may come to, as reported. */
  dayCap: number;
  faults: Faults;
  /** What has found them: each opens the weeks they are in. */
  foundBy: unknown;
  /** Whether all is submitted: then there is nowhere to go on. */
  isDone: boolean;
  onChange: (id: string, text: string) => void;
}

export function HoursFields({ days, isDone, ...rest }: HoursFieldsProps) {
  const weeks = weeksOf(days);
  const [opened] = useState(() => openAtFirst(weeks, rest.grid, today(), isDone));
  return (
    <div className="grid-weeks">
      {weeks.map((week) => (
        <Week key={week.week} week={week} startsOpen={opened.includes(week.week)} {...rest} />
      ))}
    </div>
  );
}

interface WeekProps extends Omit<HoursFieldsProps, "days" | "isDone"> {
  week: GridWeek;
  startsOpen: boolean;
}

// What is in it stays in the grid, open or not.
function Week({ week, startsOpen, ...rest }: WeekProps) {
  const formats = useFormats();
  const nameOf = useActivityLabels();
  const folding = useRef<HTMLDetailsElement>(null);
  const isWrong = idsOf(week).some((id) => rest.faults[id] !== undefined);
  useEffect(() => {
    if (isWrong) {
      folding.current?.setAttribute("open", "");
    }
  }, [rest.foundBy]);
  return (
    <details ref={folding} className="grid-week" open={startsOpen}>
      <summary>
        <h2 className="grid-week-title">{capitalised(formats.week(week.week))}</h2>
        <WeekSummary week={week} grid={rest.grid} ruleSet={rest.ruleSet} dayCap={rest.dayCap} isWrong={isWrong} />
      </summary>
      <div className="grid-week-days">
        {week.days.map((day) => (
          <DayFields key={day.day.day} day={day} nameOf={nameOf} formats={formats} {...rest} />
        ))}
      </div>
    </details>
  );
}

interface WeekSummaryProps {
  week: GridWeek;
  grid: Grid;
  ruleSet: string;
  dayCap: number;
  isWrong: boolean;
}

function WeekSummary({ week, grid, ruleSet, dayCap, isWrong }: WeekSummaryProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const told = useSumsInWords(ruleSet);
  const { filledDays, hasUnread, hasTooLong, ...sums } = summaryOf(week, grid, ruleSet, dayCap);
  const [first, last] = [week.days.at(0), week.days.at(-1)];
  return (
    <span className="grid-week-summary small">
      {first && last && <span>{formats.days(first.day, last.day)}</span>}
      <span className="grid-week-sum">{filledDays === 0 ? t.weekEmpty : t.weekFilled(filledDays, week.days.length, told(sums))}</span>
      {(isWrong || hasUnread) && <strong>{t.weekWrong}</strong>}
      {hasTooLong && <strong>{t.weekTooLong}</strong>}
    </span>
  );
}

interface DayFieldsProps extends Omit<WeekProps, "week" | "startsOpen" | "foundBy"> {
  day: GridDay;
  nameOf: ActivityName;
  formats: Formats;
}

function DayFields({ day: gridDay, grid, ruleSet, dayCap, faults, onChange, nameOf, formats }: DayFieldsProps) {
  const t = useTexts(texts);
  const readingOf = useReading(ruleSet);
  const { day, activityCodes } = gridDay;
  const reported = reportedOn(gridDay, grid, ruleSet);
  const isTooLong = reported > dayCap;
  const capId = `hours-${day.day}-cap`;
  return (
    <fieldset className="grid-day" data-weekday={weekdayOf(day)} aria-describedby={isTooLong ? capId : undefined}>
      <legend className="label">{capitalised(formats.weekday(day))}</legend>
      {isTooLong && (
        <p id={capId} className="grid-day-cap fault">
          {t.dayTooLong(formats.hours(reported), formats.hours(dayCap))}
        </p>
      )}
      {activityCodes.map((activityCode) => {
        const id = fieldId({ day, activityCode });
        return (
          <TextField
            key={id}
            id={id}
            label={nameOf(activityCode)}
            inputMode="decimal"
            value={grid[id] ?? ""}
            onChange={(text) => onChange(id, text)}
            fault={faults[id]}
            reading={readingOf(grid[id] ?? "", faults[id] !== undefined)}
          />
        );
      })}
    </fieldset>
  );
}

// How a field is understood, as soon as something stands in it: 1,45 is not 1:45.
function useReading(ruleSet: string): (text: string, isWrong: boolean) => string | undefined {
  const t = useTexts(texts);
  const formats = useFormats();
  return (text, isWrong) => {
    const minutes = minutesOf(text);
    if (minutes === undefined) {
      // The fault says it and more.
      return isWrong ? undefined : t.unread;
    }
    if (minutes === 0) {
      return undefined;
    }
    const reported = reportedOf(minutes, ruleSet);
    const read = t.read(formats.hours(minutes));
    return isRoundedUp(ruleSet) && reported !== minutes ? t.readAndReported(read, formats.hours(reported)) : read;
  };
}

function idsOf({ days }: GridWeek): string[] {
  return days.flatMap(({ day, activityCodes }) => activityCodes.map((activityCode) => fieldId({ day, activityCode })));
}
