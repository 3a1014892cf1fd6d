// Somebody else saved the month meanwhile: both versions are there, and whoever works here says which one holds.
import { useQueryClient } from "@tanstack/react-query";

import type { DraftConflict, GetMonthResponse, MonthEntry } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { hoursKey, type Which } from "./queries";
import { texts } from "./texts";

interface ConflictProps {
  which: Which;
  conflict: DraftConflict;
  /** Saves what is filled in here over what stands there, which has this etag. */
  onKeepMine: (etag: string) => void;
  onTakeTheirs: (entries: readonly MonthEntry[]) => void;
}

export function Conflict({ which, conflict, onKeepMine, onTakeTheirs }: ConflictProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const queries = useQueryClient();
  const { current, refused, currentEtag } = conflict;
  const sum = (entries: readonly MonthEntry[] = []) => formats.hours(entries.reduce((minutes, entry) => minutes + entry.minutes, 0));
  const takeTheirs = () => {
    queries.setQueryData<GetMonthResponse>(hoursKey(which), (read) => {
      if (!read) {
        return read;
      }
      const { draft: _mine, ...rest } = read;
      return { ...rest, ...(current && { draft: current }), etag: currentEtag };
    });
    onTakeTheirs(current?.entries ?? []);
    void queries.invalidateQueries({ queryKey: hoursKey(which) });
  };
  return (
    <Note kind="warning" title={t.conflict} isTold shown={shows("/staff/participants/:placementId/:month", "conflict")}>
      <p>{current ? t.theirs(sum(current.entries)) : t.theySubmitted}</p>
      <p>{t.mine(sum(refused?.entries))}</p>
      <Buttons>
        <Button kind="secondary" onPress={takeTheirs}>{t.takeTheirs}</Button>
        <Button kind="secondary" onPress={() => onKeepMine(currentEtag)}>{t.keepMine}</Button>
      </Buttons>
    </Note>
  );
}
