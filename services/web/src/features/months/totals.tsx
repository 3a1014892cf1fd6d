// Hours per activity with their sum.
import type { DayActivity } from "@/gen/deltaga/attendance/v1/month_pb";
import { useActivityNames } from "@/shared/activities/names";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { texts } from "./texts";

interface TotalsProps {
  totals: readonly DayActivity[];
  total: number;
}

export function Totals({ totals, total }: TotalsProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
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
            <td className="number">{formats.hours(activity.creditedMinutes)}</td>
          </tr>
        ))}
      </tbody>
      {totals.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">{t.inAll}</th>
            <td className="number">{formats.hours(total)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
