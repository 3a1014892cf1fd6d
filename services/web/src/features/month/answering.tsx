// Answering a month: what each answer does, consents that may go along, and the two buttons.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentChoice } from "@/features/consent/consent-choice";
import { changedSince, heldRecipients } from "@/features/consent/held";
import { useConsentTexts, useOwnConsents } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import { type KnownRecipient, RECIPIENTS } from "@/features/consent/recipients";
import { Button, Buttons } from "@/shared/components/button";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Section } from "@/shared/components/page";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { ConsentsChanged } from "./consents-changed";
import { Effects } from "./effects";
import { useUnsavedRemarks } from "./filled-in";
import { ANSWER_PLACE } from "./go-to-place";
import type { Step } from "./month-page";
import { prepare } from "./prepare";
import { Rejecting } from "./rejecting";
import { texts } from "./texts";
import { chosenOf, ticksFor, useTicks } from "./ticks";
import { UnsavedRemarks } from "./unsaved-remarks";
import { useCovers } from "./use-covers";

const PATH = "/months/:monthReportId";

export interface AnsweringProps {
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
  const formats = useFormats();
  const name = useRecipientName();
  const { language } = useLanguage();
  const covers = useCovers(month);
  const query = useConsentTexts();
  const wordings = query.data ?? [];
  const [ticks, setTicks] = useTicks(month.summary?.monthReportId ?? "");
  const unsaved = useUnsavedRemarks(month.summary?.monthReportId ?? "");
  const answerBefore = month.summary?.answerBefore;
  const open = RECIPIENTS.filter((recipient) => !held.includes(recipient));
  const chosen = chosenOf(ticks, open, wordings);
  const isSentOn = held.length + chosen.length > 0;
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
      <Effects month={month} held={held} chosen={chosen} />
      <ConsentChoice
        held={held}
        open={open}
        chosen={chosen}
        onChange={(recipients) => setTicks(ticksFor(recipients, wordings))}
        wordings={query}
        covers={covers}
        startsOpen={ticks.length > 0}
      />
      <div id={ANSWER_PLACE} tabIndex={-1}>
        <Section title={t.yourAnswer}>
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
          <p>
            {t.signedAre(chosen.map(name))} {!isSentOn && t.notSentOn}
          </p>
          <p>
            {t.isFinal} {isSentOn && t.takeBack}
          </p>
          <Buttons>
            <Button onPress={() => approve.mutate({ held, chosen })} isPending={approve.isPending} isWide>
              {isTriedAgain(approve.error) ? t.tryAgain : t.approve(chosen.length)}
            </Button>
            <Button onPress={onReject} kind="secondary" isWide>{t.reject}</Button>
          </Buttons>
          <p>{t.notNow(answerBefore ? formats.lastDayBefore(answerBefore) : "")}</p>
        </Section>
      </div>
    </>
  );
}
