// Whoever has reported otherwise, or remembers another number, is told where this one comes from, by a row of their own.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import type { ActivityName } from "@/shared/activities/names";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { roundingOf } from "./rounding";
import { texts } from "./texts";

export function HowCounted({ month, nameOf }: { month: OwnMonth; nameOf: ActivityName }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const rounding = roundingOf(month);
  switch (rounding.kind) {
    case "rounded": {
      const { day, activityCode, minutes, creditedMinutes } = rounding.example;
      const row = [...(day ? [formats.weekday(day)] : []), nameOf(activityCode)].join(", ");
      const example = { row, entered: formats.hours(minutes), counts: formats.hours(creditedMinutes) };
      return <p>{t.rounded(formats.hours(rounding.reported), formats.hours(month.summary?.creditedMinutes ?? 0), example)}</p>;
    }
    case "whole":
      return <p className="small">{t.wholeHours}</p>;
    case "exact":
      return null;
  }
}
