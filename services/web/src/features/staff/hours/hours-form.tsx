// Filling in a month, day by day, saving it as a draft, and submitting it. What is filled in stays until it is saved, also when
// the session ends.
import { useRef, useState } from "react";

import type { GetMonthResponse, MonthEntry } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { useActivityNames } from "@/features/months/activities";
import { Button, Buttons } from "@/shared/components/button";
import { type Faults, faultsOf } from "@/shared/components/faults";
import { FaultSummary, Form } from "@/shared/components/form";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { problemOf } from "@/shared/connection/problem";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { dayNumber, today, written } from "../today";
import { AllSubmitted } from "./all-submitted";
import { Conflict } from "./conflict";
import { daysOf, entriesOfRevision, fieldId, type Filled, filledIn, type Grid, type GridDay, gridOf } from "./grid";
import { HoursFields } from "./hours-fields";
import { useSaving, useSubmitting, type Which } from "./queries";
import { isRoundedUp } from "./reported";
import { standingOf } from "./standing";
import { Submitting } from "./submitting";
import { Sum } from "./sum";
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
  const before = read.draft?.entries ?? entriesOfRevision(read.revisions.at(-1) ?? { days: [] });
  const { account, placementId, month } = which;
  const keptAs = `hours ${account.accountId} ${placementId} ${written(month)}`;
  const { value: grid, keep, settle } = useKept<Grid>(keptAs, gridOf(before));
  const [checked, setChecked] = useState<Filled>();
  const [isAsked, setIsAsked] = useState(false);
  const latest = useRef(grid);
  latest.current = grid;
  const [save, submit] = [useSaving(which), useSubmitting(which)];
  const days = daysOf(read.openDays, before);
  const filled = filledIn(grid, days);
  const faults = useFaults(checked, filled, save.error);
  const labels = useLabels(days);
  const standing = standingOf(filled, read);
  const isDone = standing.kind === "submitted";
  // The button that asked is gone once all is submitted.
  const place = useKeptFocus<HTMLDivElement>(`${isDone} ${isAsked}`);
  const check = (then: () => void) => {
    setChecked(filled);
    if (filled.unread.length === 0) {
      then();
    }
  };
  const saveWith = (etag: string) =>
    check(() =>
      save.mutate({ filled, etag }, {
        // What was typed while it was saved stays.
        onSuccess: (done) => done.kind === "saved" && latest.current === grid && settle(gridOf(done.draft.entries)),
      }),
    );
  const ask = () => check(() => setIsAsked(true));
  return (
    <>
      <Form name={t.fillIn} onSend={() => !isDone && saveWith(read.etag)}>
        <FaultSummary faults={faults} foundBy={save.error ?? checked} labels={labels} shown={shows(PATH, "wrong")} />
        <div className="stack" {...shows(PATH, "filling")}>
          <p>{t.how}</p>
          {isRoundedUp(read.ruleSet) && <p>{t.rounding}</p>}
          <HoursFields
            days={days}
            grid={grid}
            ruleSet={read.ruleSet}
            dayCap={read.dayCapMinutes}
            faults={faults}
            foundBy={save.error ?? checked}
            isDone={isDone}
            onChange={(id, text) => keep({ ...grid, [id]: text })}
          />
        </div>
        <Sum filled={filled} ruleSet={read.ruleSet} standing={standing} />
        <Saving which={which} save={save} isSaved={isSaved(standing)} saveWith={saveWith} takeTheirs={(entries) => settle(gridOf(entries))} />
        <div ref={place} tabIndex={-1} className="stack">
          {isDone ? (
            <AllSubmitted which={which} standing={standing} received={submit.data} onAskAgain={ask} />
          ) : (
            <Buttons>
              <Button isSending kind="secondary" isPending={save.isPending}>{t.save}</Button>
              {standing.kind !== "otherDraft" && <Button onPress={ask}>{t.submit}</Button>}
            </Buttons>
          )}
        </div>
        {!isDone && read.submitFrom && dayNumber(today()) < dayNumber(read.submitFrom) && (
          <p className="small">{t.submitFrom(formats.day(read.submitFrom))}</p>
        )}
      </Form>
      {isAsked && (
        <Submitting
          which={which}
          read={read}
          filled={filled}
          submit={submit}
          onLeave={() => setIsAsked(false)}
          onSubmitted={() => settle(grid)}
        />
      )}
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

function isSaved(standing: ReturnType<typeof standingOf>): boolean {
  return (standing.kind === "first" || standing.kind === "correction") && standing.isSaved;
}

function useLabels(days: readonly GridDay[]): Readonly<Record<string, string>> {
  const formats = useFormats();
  const nameOf = useActivityNames();
  const labels = days.flatMap(({ day, activityCodes }) =>
    activityCodes.map((activityCode) => [fieldId({ day, activityCode }), `${formats.weekday(day)}, ${nameOf(activityCode)}`]),
  );
  return Object.fromEntries(labels);
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
