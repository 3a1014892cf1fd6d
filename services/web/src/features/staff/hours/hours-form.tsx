// Filling in a month, day by day, saving it as a draft, and submitting it. What is filled in stays until it is saved, also when
// the session ends.
import { useState } from "react";

import type { GetMonthResponse, MonthEntry } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { useActivityNames } from "@/features/months/queries";
import { Button, Buttons } from "@/shared/components/button";
import { type Faults, faultsOf } from "@/shared/components/faults";
import { FaultSummary, Form } from "@/shared/components/form";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { problemOf } from "@/shared/connection/problem";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { dayNumber, today, written } from "../today";
import { Conflict } from "./conflict";
import { daysOf, entriesOfRevision, type Filled, filledIn, type Grid, gridOf, sameEntries } from "./grid";
import { HoursFields } from "./hours-fields";
import { useSaving, type Which } from "./queries";
import { Submitting } from "./submitting";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

interface HoursFormProps {
  which: Which;
  read: GetMonthResponse;
}

export function HoursForm(props: HoursFormProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { closedFrom, openDays } = props.read;
  if (closedFrom && dayNumber(today()) >= dayNumber(closedFrom)) {
    return <p {...shows(PATH, "closed")}>{t.closed(formats.day(closedFrom))}</p>;
  }
  if (openDays.length === 0) {
    return <p {...shows(PATH, "noDays")}>{t.noDays}</p>;
  }
  return <OpenForm {...props} />;
}

function OpenForm({ which, read }: HoursFormProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const before = read.draft?.entries ?? entriesOfRevision(read.revisions.at(-1) ?? { days: [] });
  const { account, placementId, month } = which;
  const keptAs = `hours ${account.accountId} ${placementId} ${written(month)}`;
  const { value: grid, keep, settle } = useKept<Grid>(keptAs, gridOf(before));
  const [checked, setChecked] = useState<Filled>();
  const [isAsked, setIsAsked] = useState(false);
  const save = useSaving(which);
  const days = daysOf(read.openDays, before);
  const filled = filledIn(grid, days);
  const faults = useFaults(checked, filled, save.error);
  const check = (then: () => void) => {
    setChecked(filled);
    if (filled.unread.length === 0) {
      then();
    }
  };
  const saveWith = (etag: string) =>
    check(() => save.mutate({ filled, etag }, { onSuccess: (done) => done.kind === "saved" && settle(gridOf(done.draft.entries)) }));
  const labels = Object.fromEntries(
    days.flatMap(({ day, activityCodes }) =>
      activityCodes.map((code) => [`hours-${day.day}-${code}`, `${formats.weekday(day)}, ${nameOf(code)}`]),
    ),
  );
  const isSaved = read.draft !== undefined && sameEntries(filled.entries, read.draft.entries);
  const isSubmitted = !read.draft && read.revisions.length > 0 && sameEntries(filled.entries, before);
  const minutes = filled.entries.reduce((sum, entry) => sum + entry.minutes, 0);
  return (
    <>
      <Form name={t.fillIn} onSend={() => saveWith(read.etag)}>
        <FaultSummary faults={faults} foundBy={save.error ?? checked} labels={labels} shown={shows(PATH, "wrong")} />
        <div className="stack" {...shows(PATH, "filling")}>
          <p>{t.how}</p>
          <HoursFields days={days} grid={grid} faults={faults} onChange={(id, text) => keep({ ...grid, [id]: text })} />
        </div>
        <p className="figure" role="status">
          {t.sum(formats.hours(minutes))}
        </p>
        <p className="small">{isSaved ? t.isSaved : isSubmitted ? t.isSubmitted : t.isNotSaved}</p>
        <Saving which={which} save={save} isSaved={isSaved} saveWith={saveWith} takeTheirs={(entries) => settle(gridOf(entries))} />
        <Buttons>
          <Button isSending kind="secondary" isPending={save.isPending}>{t.save}</Button>
          <Button onPress={() => check(() => setIsAsked(true))}>{t.submit}</Button>
        </Buttons>
        {read.submitFrom && dayNumber(today()) < dayNumber(read.submitFrom) && (
          <p className="small">{t.submitFrom(formats.day(read.submitFrom))}</p>
        )}
      </Form>
      <Submitting
        which={which}
        read={read}
        filled={filled}
        isAsked={isAsked}
        onLeave={() => setIsAsked(false)}
        onSubmitted={() => settle(grid)}
      />
    </>
  );
}

interface SavingProps {
  which: Which;
  save: ReturnType<typeof useSaving>;
  isSaved: boolean;
  saveWith: (etag: string) => void;
  takeTheirs: (entries: readonly MonthEntry[]) => void;
}

// What came of saving.
function Saving({ which, save, isSaved, saveWith, takeTheirs }: SavingProps) {
  const t = useTexts(texts);
  if (save.isError && problemOf(save.error).violations.length === 0) {
    const again = () => save.variables && saveWith(save.variables.etag);
    return <ProblemNote error={save.error} tryAgain={again} beside={t.notSaved} shown={shows(PATH, "notSaved")} />;
  }
  switch (save.data?.kind) {
    case "saved":
      return isSaved && <Note kind="success" title={t.saved} isTold shown={shows(PATH, "saved")} />;
    case "conflict":
      return (
        <Conflict
          which={which}
          conflict={save.data.conflict}
          onKeepMine={saveWith}
          onTakeTheirs={(entries) => {
            takeTheirs(entries);
            save.reset();
          }}
        />
      );
    case undefined:
      return null;
  }
}

// What cannot be read as time is found here; the rest is for the service, which names entries by their place in what was sent.
function useFaults(checked: Filled | undefined, now: Filled, error: unknown): Faults {
  const t = useTexts(texts);
  const { language } = useLanguage();
  if (!checked) {
    return {};
  }
  const unread = checked.unread.filter((id) => now.unread.includes(id));
  const fields = Object.fromEntries(
    checked.ids.flatMap((id, index) => ["", ".day", ".activity_code", ".minutes"].map((part) => [`entries[${index}]${part}`, id])),
  );
  return { ...Object.fromEntries(unread.map((id) => [id, t.noTime])), ...faultsOf(error, fields, language) };
}
