// Submitting a month: asked once more with what is submitted and what becomes of it by rounding, since the participant is then
// asked for an answer.
import type { GetMonthResponse } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Facts } from "@/shared/components/facts";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { isTriedAgain } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import type { Filled } from "./grid";
import type { useSubmitting, Which } from "./queries";
import { isRoundedUp, sumsOf } from "./reported";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

interface SubmittingProps {
  which: Which;
  read: GetMonthResponse;
  filled: Filled;
  submit: ReturnType<typeof useSubmitting>;
  onLeave: () => void;
  onSubmitted: () => void;
}

export function Submitting({ which, read, filled, submit, onLeave, onSubmitted }: SubmittingProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const send = () =>
    submit.mutate({ filled, read }, {
      onSuccess: (done) => {
        if (done.kind === "submitted") {
          onSubmitted();
          onLeave();
        }
      },
    });
  const leave = () => {
    submit.reset();
    onLeave();
  };
  return (
    <Dialog title={t.submitTitle(formats.month(which.month))} onLeave={leave} shown={shows(PATH, "submitting")}>
      {filled.entries.length > 0 ? <Submitted filled={filled} ruleSet={read.ruleSet} /> : <p>{t.submitZero}</p>}
      <p>{t.submitText}</p>
      {submit.data?.kind === "conflict" && <Note kind="warning" title={t.conflictInDialog} isTold />}
      {submit.isError && (
        <ProblemNote error={submit.error} tryAgain={send} beside={t.notSubmitted} shown={shows(PATH, "notSubmitted")} />
      )}
      <Buttons>
        <Button onPress={send} isPending={submit.isPending}>{isTriedAgain(submit.error) ? t.tryAgain : t.submitNow}</Button>
        <Button kind="secondary" onPress={leave}>{t.dontSubmit}</Button>
      </Buttons>
    </Dialog>
  );
}

function Submitted({ filled, ruleSet }: { filled: Filled; ruleSet: string }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { typed, reported } = sumsOf(filled.entries, ruleSet);
  const facts = [
    { name: t.typed, value: formats.hours(typed) },
    ...(isRoundedUp(ruleSet) ? [{ name: t.reported, value: formats.hours(reported) }] : []),
  ];
  return (
    <>
      <Facts facts={facts} />
      {typed !== reported && <p>{t.roundedUp}</p>}
      <p>{t.participantReads(formats.hours(reported))}</p>
    </>
  );
}
