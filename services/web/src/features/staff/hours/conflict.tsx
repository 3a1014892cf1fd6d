// Somebody else saved or submitted the month meanwhile: both versions are there, and whoever works here says which one holds.
import type { DraftConflict, MonthEntry } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { differingDays } from "./grid";
import { useReadingAnew, type Which } from "./queries";
import { texts } from "./texts";

interface ConflictProps {
  which: Which;
  conflict: DraftConflict;
  /** Saves what is filled in here over what stands there, which has this etag. */
  onKeepMine: (etag: string) => void;
  /** What stands there has just been read. */
  onTakeTheirs: () => void;
}

export function Conflict({ which, conflict, onKeepMine, onTakeTheirs }: ConflictProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const reading = useReadingAnew(which);
  const { current, refused, currentEtag } = conflict;
  const sum = (entries: readonly MonthEntry[] = []) => formats.hours(entries.reduce((minutes, entry) => minutes + entry.minutes, 0));
  const differing = current ? differingDays(current.entries, refused?.entries ?? []) : [];
  const takeTheirs = () => reading.mutate(undefined, { onSuccess: onTakeTheirs });
  return (
    <Note kind="warning" title={t.conflict} isTold shown={shows("/staff/participants/:placementId/:month", "conflict")}>
      <p>{current ? t.theirs(sum(current.entries)) : t.theySubmitted}</p>
      <p>{t.mine(sum(refused?.entries))}</p>
      {differing.length > 0 && <p>{t.differ(differing.map((day) => formats.days(day, day)))}</p>}
      <p>{t.chooseVersion}</p>
      {reading.isError && <ProblemNote error={reading.error} tryAgain={takeTheirs} />}
      <Buttons>
        <Button kind="secondary" onPress={takeTheirs} isPending={reading.isPending}>{current ? t.takeTheirs : t.takeSubmitted}</Button>
        <Button kind="secondary" onPress={() => onKeepMine(currentEtag)}>{t.keepMine}</Button>
      </Buttons>
    </Note>
  );
}
