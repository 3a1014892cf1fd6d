// All that the participant remarked on a month, beside the answer.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useActivityNames } from "@/shared/activities/names";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";

import { texts } from "./texts";

export function OwnRemarks({ remarks }: Pick<OwnMonth, "remarks">) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  return remarks.length === 0 ? null : (
    <Section title={t.yourRemarks}>
      <ul className="days">
        {remarks.map(({ day, activityCode, text }) => (
          <li key={`${day?.month} ${day?.day} ${activityCode}`}>
            <span className="day">{day && capitalised(formats.weekday(day))}</span>
            <span className="day-activity small">{nameOf(activityCode)}</span>
            <span className="written">{text}</span>
          </li>
        ))}
      </ul>
      <p className="small">{t.remarksSeen}</p>
    </Section>
  );
}
