// Submitting a month: asked once more with what is submitted and what becomes of it by rounding, since the participant is then
// asked for an answer. Nobody leaves while it is sent, since it can no longer be taken back then.
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Facts } from "@/shared/components/facts";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { Busy } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { isTriedAgain } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { isOutdated, namesField, ofMonth } from "./faults";
import type { Filled } from "./grid";
import type { useSubmitting, Which } from "./queries";
import { Refused } from "./refused";
import { isRoundedUp, sumsOf } from "./reported";
import { texts } from "./texts";
import type { Asked } from "./working";

const PATH = "/staff/participants/:placementId/:month";

interface SubmittingProps {
  which: Which;
  ruleSet: string;
  asked: Asked;
  submit: ReturnType<typeof useSubmitting>;
  onLeave: () => void;
  onSubmitted: () => void;
}

export function Submitting({ which, ruleSet, asked, submit, onLeave, onSubmitted }: SubmittingProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { filled } = asked;
  const { error, isPending } = submit;
  const isOvertaken = submit.data?.kind === "conflict" || isOutdated(error);
  // What is wrong with the month itself is so the next time too.
  const maySend = !isOvertaken && (!error || ofMonth(error, "sv").length === 0);
  const isAsked = !isOvertaken && !error && !isPending;
  const place = useKeptFocus<HTMLDivElement>(maySend);
  const send = () =>
    submit.mutate(asked, {
      onSuccess: (done) => {
        if (done.kind === "submitted") {
          onSubmitted();
          onLeave();
        }
      },
      // It is told at the fields.
      onError: (refused) => namesField({ error: refused, sent: filled }) && onLeave(),
    });
  const leave = () => {
    submit.reset();
    onLeave();
  };
  return (
    <Dialog title={t.submitTitle(formats.month(which.month))} isHeld={isPending} onLeave={leave} shown={shows(PATH, "submitting")}>
      {/* What went wrong and what is under way take its place, so that they are in sight beside the buttons. */}
      {isAsked && (
        <>
          {filled.entries.length > 0 ? <Submitted filled={filled} ruleSet={ruleSet} /> : <p>{t.submitZero}</p>}
          <p>{t.submitText}</p>
        </>
      )}
      <div ref={place} tabIndex={-1}>
        {isOvertaken && <Note kind="warning" title={t.conflictInDialog} isTold shown={shows(PATH, "overtaken")} />}
        {error && !isOvertaken && (
          <Refused error={error} tryAgain={send} title={t.refused} beside={t.notSubmitted} shown={shows(PATH, "notSubmitted")} />
        )}
      </div>
      {isPending && <Busy shown={shows(PATH, "sending")}>{t.isSent}</Busy>}
      <Buttons>
        {maySend && <Button onPress={send} isPending={isPending}>{isTriedAgain(error) ? t.tryAgain : t.submitNow}</Button>}
        {!isPending && <Button kind="secondary" onPress={leave}>{maySend ? t.dontSubmit : t.goBack}</Button>}
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
      {typed !== reported && <p>{t.participantReadsTyped}</p>}
    </>
  );
}
