// Answering a month: what each answer does, consents that may go along, and the two buttons.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { AnswerService, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentChoice } from "@/features/consent/consent-choice";
import { type Changed, changedSince, heldRecipients } from "@/features/consent/held";
import { useConsentTexts, useOwnConsents } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import { type KnownRecipient, RECIPIENTS } from "@/features/consent/recipients";
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Section } from "@/shared/components/page";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { Effects } from "./effects";
import { forgetFilledIn, useUnsavedRemarks } from "./filled-in";
import type { Step } from "./month-page";
import { prepare } from "./prepare";
import { ANSWER_PLACE, DAYS_PLACE, reveal } from "./go-to-place";
import { texts } from "./texts";
import { chosenOf, ticksFor, useTicks } from "./ticks";
import { UnsavedRemarks } from "./unsaved-remarks";

const PATH = "/months/:monthReportId";

const client = clientOf(AnswerService);

interface AnsweringProps {
  month: OwnMonth;
  onStep: (step: Step) => void;
  refresh: () => void;
}

export function Answering(props: AnsweringProps) {
  const consents = useOwnConsents();
  const [isRejecting, setIsRejecting] = useState(false);
  return (
    <>
      {/* Without them nobody can tell what an answer does. Until then the way to the answer leads to where it will be. */}
      <div className="stack" tabIndex={-1} {...(consents.data === undefined && { id: ANSWER_PLACE })}>
        <Loaded query={consents}>
          {(all) => (
            <Choosing
              {...props}
              held={heldRecipients(all)}
              readHeld={async () => heldRecipients((await consents.refetch({ throwOnError: true })).data ?? [])}
              onReject={() => setIsRejecting(true)}
            />
          )}
        </Loaded>
      </div>
      {isRejecting && <Rejecting {...props} onLeave={() => setIsRejecting(false)} />}
    </>
  );
}

interface ChoosingProps extends AnsweringProps {
  /** Those to whom a consent holds, as it is shown. */
  held: readonly KnownRecipient[];
  /** The same, asked for anew. */
  readHeld: () => Promise<readonly KnownRecipient[]>;
  onReject: () => void;
}

interface Shown {
  held: readonly KnownRecipient[];
  chosen: readonly KnownRecipient[];
}

function Choosing({ month, onStep, refresh, held, readHeld, onReject }: ChoosingProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const query = useConsentTexts();
  const wordings = query.data ?? [];
  const [ticks, setTicks] = useTicks(month.summary?.monthReportId ?? "");
  const unsaved = useUnsavedRemarks(month.summary?.monthReportId ?? "");
  const open = RECIPIENTS.filter((recipient) => !held.includes(recipient));
  const chosen = chosenOf(ticks, open, wordings);
  const approve = useMutation({
    mutationFn: async (shown: Shown) => {
      const changed = changedSince(shown.held, await readHeld());
      return changed
        ? { changed }
        : { documents: await prepare({ month, recipients: shown.chosen, wordings, language }), read: month };
    },
    onSuccess: ({ documents, read }) => documents && onStep({ kind: "signing", documents, read }),
  });
  const goOn = () => {
    if (problemOf(approve.error).next === "readAgain") {
      approve.reset();
      refresh();
    } else {
      approve.mutate({ held, chosen });
    }
  };
  return (
    <>
      <Effects month={month} held={held} chosen={chosen} isContentBelow={open.length > 0} />
      {held.length > 0 && (
        <p>
          <Link to="/consents">{t.changeConsents}</Link>
        </p>
      )}
      <div id={ANSWER_PLACE} tabIndex={-1}>
        <Section title={t.yourAnswer}>
          {open.length > 0 && (
            <ConsentChoice
              open={open}
              chosen={chosen}
              onChange={(recipients) => setTicks(ticksFor(recipients, wordings))}
              wordings={query}
            />
          )}
          {approve.data?.changed && <ConsentsChanged changed={approve.data.changed} held={held} chosen={chosen} />}
          {approve.isError && (
            <ProblemNote
              error={approve.error}
              tryAgain={goOn}
              beside={t.nothingSigned}
              shown={shows(PATH, "notPrepared")}
            />
          )}
          {unsaved.length > 0 && (
            <Note kind="warning" title={t.unsavedRemarks(unsaved.length)} shown={shows(PATH, "unsavedRemark")}>
              <UnsavedRemarks month={month} rows={unsaved} />
            </Note>
          )}
          {chosen.length > 0 && <p>{t.withTicks}</p>}
          {chosen.length + held.length === 0 && <p>{t.withoutTicks}</p>}
          <p>{t.isFinal}</p>
          <Buttons>
            <Button onPress={() => approve.mutate({ held, chosen })} isPending={approve.isPending} isWide>
              {isTriedAgain(approve.error) ? t.tryAgain : t.approve(chosen.length)}
            </Button>
            <Button onPress={onReject} kind="secondary" isWide>{t.reject}</Button>
          </Buttons>
          <p className="small">{t.notNow}</p>
        </Section>
      </div>
    </>
  );
}

// Nothing is signed on the strength of what no longer holds: the person sees what is different and decides anew.
function ConsentsChanged({ changed, held, chosen }: { changed: Changed } & Shown) {
  const t = useTexts(texts);
  const name = useRecipientName();
  return (
    <Note kind="warning" title={t.consentsChanged} isTold shown={shows(PATH, "consentsChanged")}>
      {changed.begun.length > 0 && <p>{t.consentBegun(changed.begun.map(name))}</p>}
      {changed.ended.length > 0 && <p>{t.consentEnded(changed.ended.map(name))}</p>}
      <p>
        {t.ifApproved}: {t.goesTo(held.map(name), chosen.map(name))}
      </p>
      <p>{t.answerAnew}</p>
    </Note>
  );
}

interface RejectingProps extends AnsweringProps {
  onLeave: () => void;
}

function Rejecting({ month, onStep, refresh, onLeave }: RejectingProps) {
  const t = useTexts(texts);
  const { summary } = month;
  const unsaved = useUnsavedRemarks(summary?.monthReportId ?? "");
  const [requestId] = useState(() => crypto.randomUUID());
  const reject = useMutation({
    mutationFn: () =>
      client.rejectMonth({
        requestId,
        monthReportId: summary?.monthReportId ?? "",
        revision: summary?.revision ?? 0,
      }),
    onSuccess: ({ rejectedAt }) => {
      forgetFilledIn(summary?.monthReportId ?? "");
      onStep({ kind: "rejected", at: rejectedAt, read: month });
      refresh();
    },
  });
  // A month that was corrected or answered meanwhile is read before it is decided on.
  const goOn = () => {
    if (problemOf(reject.error).next === "readAgain") {
      refresh();
      onLeave();
    } else {
      reject.mutate();
    }
  };
  // It may be done all the same: whoever leaves sees the month as it is by then.
  const isUnknown = isTriedAgain(reject.error);
  const leave = () => {
    if (isUnknown) {
      refresh();
    }
    onLeave();
  };
  return (
    <Dialog title={t.rejectTitle} onLeave={leave} shown={shows(PATH, "rejecting")}>
      {/* What went wrong takes its place, so that it is in sight beside the buttons. */}
      {!reject.isError && t.rejectText.map((text) => <p key={text}>{text}</p>)}
      <div className="stack" tabIndex={-1}>
        {unsaved.length > 0 ? (
          <>
            <p>{t.unsavedRemarks(unsaved.length)}</p>
            <UnsavedRemarks month={month} rows={unsaved} onLeave={onLeave} />
          </>
        ) : (
          month.remarksOffered && month.days.length > 0 && !reject.isError && <RemarkFirst onLeave={leave} />
        )}
      </div>
      {!reject.isError && (
        <p>
          {t.dayIsMissing} <Link to="/services">{t.toServices}</Link>
        </p>
      )}
      {reject.isError && <ProblemNote error={reject.error} tryAgain={goOn} beside={t.noWordOfAnswer} shown={shows(PATH, "notRejected")} />}
      <Buttons>
        <Button kind="danger" onPress={() => reject.mutate()} isPending={reject.isPending} isWide>
          {isUnknown ? t.tryAgain : t.rejectNow}
        </Button>
        <Button kind="secondary" onPress={leave} isWide>{isUnknown ? t.close : t.dontReject}</Button>
      </Buttons>
    </Dialog>
  );
}

function RemarkFirst({ onLeave }: { onLeave: () => void }) {
  const t = useTexts(texts);
  const goThere = () => {
    onLeave();
    // What is left gives the focus back first.
    requestAnimationFrame(() => reveal(DAYS_PLACE));
  };
  return (
    <>
      <p>{t.remarkBeforeRejecting}</p>
      <Button kind="quiet" onPress={goThere}>{t.remarkFirst}</Button>
    </>
  );
}
