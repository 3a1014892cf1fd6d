// Submitting a month: asked once more with what is submitted, since the participant is then asked for an answer.
import type { GetMonthResponse } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { isTriedAgain } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import type { Filled } from "./grid";
import { useSubmitting, type Which } from "./queries";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

interface SubmittingProps {
  which: Which;
  read: GetMonthResponse;
  filled: Filled;
  isAsked: boolean;
  onLeave: () => void;
  onSubmitted: () => void;
}

export function Submitting({ which, read, filled, isAsked, onLeave, onSubmitted }: SubmittingProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const submit = useSubmitting(which);
  const minutes = filled.entries.reduce((sum, entry) => sum + entry.minutes, 0);
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
  const month = formats.month(which.month);
  return (
    <>
      {submit.data?.kind === "submitted" && (
        <Note kind="success" title={t.received(capitalised(month))} isTold shown={shows(PATH, "received")}>
          <p>{t.receivedText}</p>
        </Note>
      )}
      {isAsked && (
        <Dialog title={t.submitTitle(month)} onLeave={leave} shown={shows(PATH, "submitting")}>
          <p>{minutes > 0 ? t.submitHours(formats.hours(minutes)) : t.submitZero}</p>
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
      )}
    </>
  );
}
