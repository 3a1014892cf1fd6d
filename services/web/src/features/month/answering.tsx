// Answering a month: what each answer does, consents that may go along, and the two buttons.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { AnswerService, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentChoice } from "@/features/consent/consent-choice";
import { heldFor, useConsentTexts, useOwnConsents } from "@/features/consent/queries";
import { type KnownRecipient, RECIPIENTS } from "@/features/consent/recipients";
import { Button, Buttons } from "@/shared/components/button";
import { Loading, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Section } from "@/shared/components/page";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";

import { Effects } from "./effects";
import type { Step } from "./month-page";
import { prepare } from "./prepare";
import { texts } from "./texts";

const client = clientOf(AnswerService);

interface AnsweringProps {
  month: OwnMonth;
  onStep: (step: Step) => void;
  refresh: () => void;
}

export function Answering({ month, onStep, refresh }: AnsweringProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const consents = useOwnConsents();
  const wordings = useConsentTexts();
  const [chosen, setChosen] = useState<readonly KnownRecipient[]>([]);
  const [isRejecting, setIsRejecting] = useState(false);
  const approve = useMutation({
    mutationFn: () => prepare({ month, recipients: chosen, wordings: wordings.data ?? [], language }),
    onSuccess: (documents) => onStep({ kind: "signing", documents }),
  });
  if (isRejecting) {
    return <Rejecting month={month} onStep={onStep} refresh={refresh} onLeave={() => setIsRejecting(false)} />;
  }
  const held = RECIPIENTS.filter((recipient) => heldFor(consents.data ?? [], recipient));
  const open = RECIPIENTS.filter((recipient) => !held.includes(recipient));
  return (
    <>
      <Effects month={month} told={[...held, ...chosen]} />
      {consents.isPending && <Loading />}
      {consents.isError && <ProblemNote error={consents.error} tryAgain={() => void consents.refetch()} />}
      {consents.data && open.length > 0 && (
        <ConsentChoice open={open} chosen={chosen} onChange={setChosen} wordings={wordings} />
      )}
      <Section title={t.yourAnswer}>
        {approve.isError && (
          <ProblemNote
            error={approve.error}
            tryAgain={() => {
              approve.reset();
              refresh();
            }}
          />
        )}
        <Buttons>
          <Button onPress={() => approve.mutate()} isPending={approve.isPending} isWide>{t.approve(chosen.length)}</Button>
          <Button onPress={() => setIsRejecting(true)} kind="secondary" isWide>{t.reject}</Button>
        </Buttons>
        <p className="small">{t.notNow}</p>
      </Section>
    </>
  );
}

interface RejectingProps extends AnsweringProps {
  onLeave: () => void;
}

function Rejecting({ month, onStep, refresh, onLeave }: RejectingProps) {
  const t = useTexts(texts);
  const { summary } = month;
  const [requestId] = useState(() => crypto.randomUUID());
  const reject = useMutation({
    mutationFn: () =>
      client.rejectMonth({
        requestId,
        monthReportId: summary?.monthReportId ?? "",
        revision: summary?.revision ?? 0,
      }),
    onSuccess: () => {
      onStep({ kind: "rejected" });
      refresh();
    },
  });
  return (
    <Section title={t.rejectTitle}>
      <Note kind="warning" isTold>{t.rejectText.map((text) => <p key={text}>{text}</p>)}</Note>
      {reject.isError && <ProblemNote error={reject.error} tryAgain={() => reject.mutate()} />}
      <Buttons>
        <Button kind="danger" onPress={() => reject.mutate()} isPending={reject.isPending} isWide>{t.rejectNow}</Button>
        <Button kind="secondary" onPress={onLeave} isWide>{t.dontReject}</Button>
      </Buttons>
    </Section>
  );
}
