// Somebody else saved or submitted the month meanwhile: both versions are there, and whoever works here says which one holds.
// Hours of a day stand as in its fields, so that they can be compared.
import type { DraftConflict } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { differencesOf, type Entry, hoursText, minutesIn } from "./grid";
import { useReadingAnew, type Which } from "./queries";
import { texts } from "./texts";

interface ConflictProps {
  which: Which;
  conflict: DraftConflict;
  /** What is filled in here. */
  mine: readonly Entry[];
  /** Saves what is filled in here over what stands there, which has this etag. */
  onKeepMine: (etag: string) => void;
  /** What stands there has just been read. */
  onTakeTheirs: () => void;
}

export function Conflict({ which, conflict, mine, onKeepMine, onTakeTheirs }: ConflictProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const reading = useReadingAnew(which);
  const { current, currentEtag } = conflict;
  const sum = (entries: readonly Entry[]) => formats.hours(minutesIn(entries));
  const takeTheirs = () => reading.mutate(undefined, { onSuccess: onTakeTheirs });
  return (
    <Note kind="warning" title={t.conflict} isTold shown={shows("/staff/participants/:placementId/:month", "conflict")}>
      <p>{current ? t.theirs(sum(current.entries)) : t.theySubmitted}</p>
      <p>{t.mine(sum(mine))}</p>
      {current && <Differences theirs={current.entries} mine={mine} />}
      <p>{t.chooseVersion}</p>
      {reading.isError && <ProblemNote error={reading.error} tryAgain={takeTheirs} />}
      <Buttons>
        <Button kind="secondary" onPress={takeTheirs} isPending={reading.isPending}>{current ? t.takeTheirs : t.takeSubmitted}</Button>
        <Button kind="secondary" onPress={() => onKeepMine(currentEtag)}>{t.keepMine}</Button>
      </Buttons>
    </Note>
  );
}

function Differences({ theirs, mine }: { theirs: readonly Entry[]; mine: readonly Entry[] }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const differences = differencesOf(theirs, mine);
  return differences.length === 0 ? null : (
    <table className="totals differences small">
      <caption>{t.differ}</caption>
      <thead>
        <tr>
          <th scope="col">{t.day}</th>
          <th scope="col" className="number">{t.savedThere}</th>
          <th scope="col" className="number">{t.filledHere}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ day, one, other }) => (
          <tr key={day.day}>
            <th scope="row">
              {formats.days(day, day)}
              {one === other && <span className="day-activity">{t.otherActivities}</span>}
            </th>
            <td className="number">{hoursText(one)}</td>
            <td className="number">{hoursText(other)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
