// A field per day and activity, week by week.
import { useActivityNames } from "@/features/months/queries";
import type { Faults } from "@/shared/components/faults";
import { TextField } from "@/shared/components/field";
import { Subsection } from "@/shared/components/page";
import { capitalised, useFormats, weekOf } from "@/shared/language/format";

import { fieldId, type Grid, type GridDay } from "./grid";

interface HoursFieldsProps {
  days: readonly GridDay[];
  grid: Grid;
  faults: Faults;
  onChange: (id: string, text: string) => void;
}

export function HoursFields({ days, grid, faults, onChange }: HoursFieldsProps) {
  const formats = useFormats();
  const nameOf = useActivityNames();
  const weeks = new Map<number, GridDay[]>();
  for (const day of days) {
    const week = weekOf(day.day);
    weeks.set(week, [...(weeks.get(week) ?? []), day]);
  }
  return [...weeks].map(([week, daysOfWeek]) => (
    <Subsection key={week} level={2} title={capitalised(formats.week(week))}>
      {daysOfWeek.map(({ day, activityCodes }) => (
        <fieldset key={day.day} className="grid-day">
          <legend className="label">{capitalised(formats.weekday(day))}</legend>
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
              />
            );
          })}
        </fieldset>
      ))}
    </Subsection>
  ));
}
