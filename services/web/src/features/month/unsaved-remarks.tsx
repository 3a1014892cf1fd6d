// Remarks that are written and not saved, by day and activity, each with the way to its field, where it still has one.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useActivityNames } from "@/shared/activities/names";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";

import { GoneRemark } from "./gone-remark";
import { chancesOf, hasRow, remarkFieldId, type RowOf } from "./remarks";
import { reveal } from "./go-to-place";
import { texts } from "./texts";

interface UnsavedRemarksProps {
  month: OwnMonth;
  rows: readonly RowOf[];
  /** What is left behind by going there. */
  onLeave?: () => void;
}

export function UnsavedRemarks({ month, rows, onLeave }: UnsavedRemarksProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const { canSave, isAnyGone } = chancesOf(month, rows);
  return (
    <>
      <ul>
        {rows.map((row) => {
          const id = remarkFieldId(row);
          const name = `${capitalised(formats.weekday(row.day))}, ${nameOf(row.activityCode)}`;
          return (
            <li key={id}>
              {hasRow(month, row) ? (
                <a
                  href={`#${id}`}
                  onClick={(event) => {
                    event.preventDefault();
                    onLeave?.();
                    // What is left gives the focus back first.
                    requestAnimationFrame(() => reveal(id));
                  }}
                >
                  {name}
                </a>
              ) : (
                <GoneRemark monthReportId={month.summary?.monthReportId ?? ""} row={row} rowName={name} />
              )}
            </li>
          );
        })}
      </ul>
      {canSave && <p>{t.saveRemarksFirst}</p>}
      {isAnyGone && <p>{t.copyRemarksFirst}</p>}
    </>
  );
}
