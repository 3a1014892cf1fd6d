// Filling in a month, day by day, saving it as a draft, and submitting it. What is filled in stays until it is saved, also when
// the session ends.
import { useRef, useState } from "react";

import type { GetMonthResponse } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { FaultSummary, Form } from "@/shared/components/form";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { today, written } from "../today";
import { useActivityLabels } from "./activity-labels";
import { AllSubmitted } from "./all-submitted";
import { Bar } from "./bar";
import { type Refusal, refusedIn, unreadIn } from "./faults";
import { daysOf, fieldId, type Filled, filledIn, type GridDay } from "./grid";
import { Holding } from "./holding";
import { HoursFields } from "./hours-fields";
import { useSaving, useSubmitting, type Which } from "./queries";
import { isRoundedUp } from "./reported";
import { Saving } from "./saving";
import { isClosed, type SubmissionState, submissionStateOf, submitFromLater } from "./submission-state";
import { Submitting } from "./submitting";
import { texts } from "./texts";
import { type Asked, askedOf, stored, type Work, workOf } from "./working";

const PATH = "/staff/participants/:placementId/:month";

interface HoursFormProps {
  which: Which;
  read: GetMonthResponse;
}

export function HoursForm(props: HoursFormProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { closedFrom, openDays } = props.read;
  if (closedFrom && isClosed(closedFrom, today())) {
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
  const { language } = useLanguage();
  const { account, placementId, month } = which;
  // Nothing is kept before somebody types: until then the fields follow what is read.
  const { value: kept, keep, settle } = useKept<Work | undefined>(`hours ${account.accountId} ${placementId} ${written(month)}`, undefined);
  const work = workOf(kept, read);
  const { grid } = work;
  const latest = useRef(grid);
  latest.current = grid;
  const [checked, setChecked] = useState<Filled>();
  const [asked, setAsked] = useState<Asked>();
  const [save, submit] = [useSaving(which), useSubmitting(which)];
  const days = daysOf(read.openDays, stored(read));
  const filled = filledIn(grid, days);
  const refusal = refusalOf(save, submit);
  const faults = { ...unreadIn(checked, filled, t.noTime), ...refusedIn(refusal, filled, language) };
  const foundBy = refusal?.error ?? checked;
  const labels = useLabels(days);
  const outcomeOf = useOutcome();
  const state = submissionStateOf(filled, read);
  const isDone = state.kind === "submitted";
  // Until somebody says which version holds there is nothing else to do.
  const isOpenConflict = save.data?.kind === "conflict";
  const mayGoOn = !isDone && !isOpenConflict;
  const submitFrom = submitFromLater(read.submitFrom, today());
  // The button that asked is gone once all is submitted, and so are those of a conflict once it is settled.
  const place = useKeptFocus<HTMLDivElement>(`${isDone} ${asked !== undefined} ${save.data?.kind}`);
  const check = (then: () => void) => {
    // What was refused before says nothing of what is sent now.
    save.reset();
    submit.reset();
    setChecked(filled);
    if (filled.unread.length === 0) {
      then();
    }
  };
  const saveWith = (etag: string) =>
    check(() => {
      // Whatever is read meanwhile, this is what somebody wanted saved.
      keep({ grid, etag });
      save.mutate({ filled, etag }, {
        onSuccess: (done) => {
          if (done.kind === "saved") {
            // What was typed while it was saved stays.
            latest.current === grid ? settle(undefined) : keep({ grid: latest.current, etag: done.draft.etag });
          }
        },
      });
    });
  const ask = () => check(() => setAsked(askedOf(filled, work, read)));
  return (
    <>
      <Form name={t.fillIn} onSend={() => mayGoOn && !save.isPending && saveWith(work.etag)}>
        <FaultSummary faults={faults} foundBy={foundBy} outcome={outcomeOf(state)} labels={labels} shown={shows(PATH, isSaved(state) ? "draftRefused" : "wrong")} />
        <div className="stack" {...shows(PATH, "filling")}>
          {isDone && <p>{t.startsCorrection}</p>}
          <p>{t.how}</p>
          {isRoundedUp(read.ruleSet) && <p>{t.rounding}</p>}
          <HoursFields
            days={days}
            grid={grid}
            ruleSet={read.ruleSet}
            dayCap={read.dayCapMinutes}
            faults={faults}
            foundBy={foundBy}
            isDone={isDone}
            onChange={(id, text) => keep({ grid: { ...grid, [id]: text }, etag: work.etag })}
          />
        </div>
        <div ref={place} tabIndex={-1} className="stack">
          <Saving which={which} save={save} filled={filled} isSaved={isSaved(state)} saveWith={saveWith} takeTheirs={() => settle(undefined)} />
          {isDone && !isOpenConflict && <AllSubmitted which={which} state={state} received={submit.data} onAskAgain={ask} />}
          {mayGoOn && <Holding state={state} />}
          {mayGoOn && submitFrom && <p {...shows(PATH, "tooEarly")}>{t.submitFrom(formats.day(submitFrom))}</p>}
        </div>
        <Bar filled={filled} ruleSet={read.ruleSet} state={state}>
          {mayGoOn && (
            <Buttons>
              <Button isSending kind={submitFrom ? "primary" : "secondary"} isPending={save.isPending}>{t.save}</Button>
              {!submitFrom && state.kind !== "otherDraft" && <Button onPress={ask} isPending={save.isPending}>{t.submit}</Button>}
            </Buttons>
          )}
        </Bar>
      </Form>
      {asked && (
        <Submitting
          which={which}
          ruleSet={read.ruleSet}
          asked={asked}
          submit={submit}
          onLeave={() => setAsked(undefined)}
          onSubmitted={() => settle(undefined)}
        />
      )}
    </>
  );
}

type Save = ReturnType<typeof useSaving>;

// What was refused last, with what was sent.
function refusalOf(save: Save, submit: ReturnType<typeof useSubmitting>): Refusal | undefined {
  if (save.error) {
    return { error: save.error, sent: save.variables.filled };
  }
  return submit.error ? { error: submit.error, sent: submit.variables.filled } : undefined;
}

// What is wrong was found before it was saved, or when a draft that is saved was to be submitted.
function useOutcome(): (state: SubmissionState) => string {
  const t = useTexts(texts);
  return (state) => (state.kind === "submitted" ? t.notSubmittedAgain : isSaved(state) ? t.savedNotSubmitted : t.isNotSaved);
}

function isSaved(state: SubmissionState): boolean {
  return (state.kind === "first" || state.kind === "correction") && state.isSaved;
}

function useLabels(days: readonly GridDay[]): Readonly<Record<string, string>> {
  const formats = useFormats();
  const nameOf = useActivityLabels();
  const labels = days.flatMap(({ day, activityCodes }) =>
    activityCodes.map((activityCode) => [fieldId({ day, activityCode }), `${formats.weekday(day)}, ${nameOf(activityCode)}`]),
  );
  return Object.fromEntries(labels);
}
