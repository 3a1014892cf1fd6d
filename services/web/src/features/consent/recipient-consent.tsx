// One recipient: whether there is a consent, its wording, and the one thing that can be done about it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Consent, ConsentText, WithdrawResponse } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { ConsentService } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { Document } from "@/features/signing/signing";
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { Section } from "@/shared/components/page";
import { Paragraphs } from "@/shared/components/paragraphs";
import { Status } from "@/shared/components/status";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { afterWithdrawal, heldFor } from "./held";
import { MissingWording } from "./missing-wording";
import { prepareConsent } from "./prepare-consent";
import { consentsKey, useConsentTexts } from "./queries";
import { useFullRecipientName, useRecipientName } from "./recipient-names";
import type { KnownRecipient } from "./recipients";
import { texts } from "./texts";
import { Withdrawn } from "./withdrawn";

const client = clientOf(ConsentService);

interface RecipientConsentProps {
  recipient: KnownRecipient;
  consents: readonly Consent[];
  onPrepared: (document: Document) => void;
  onWithdrawn: () => void;
  refresh: () => void;
}

export function RecipientConsent({ recipient, consents, onPrepared, onWithdrawn, refresh }: RecipientConsentProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  const fullName = useFullRecipientName();
  const queries = useQueryClient();
  const [withdrawn, setWithdrawn] = useState<WithdrawResponse>();
  const held = heldFor(consents, recipient);
  const hadOne = consents.some((consent) => consent.recipient === recipient);
  const status = useKeptFocus<HTMLParagraphElement>(held?.consentId);
  const wordings = useConsentTexts();
  const current = wordings.data?.find((wording) => wording.recipient === recipient);
  const wording = held?.text ?? current;
  // It is taken back from the answer on, whether or not the list can be read again.
  const takenBack = (answer: WithdrawResponse) => {
    setWithdrawn(answer);
    onWithdrawn();
    queries.setQueryData<Consent[]>(consentsKey, (all) => all && afterWithdrawal(all, recipient, answer.withdrawnAt));
    refresh();
  };
  return (
    <Section title={capitalised(fullName(recipient))}>
      <p ref={status} tabIndex={-1} {...shows("/consents", held ? "given" : "notGiven")}>
        {held ? <Status tone="good">{t.given}</Status> : <Status tone="neutral">{t.notGiven}</Status>}{" "}
        {held?.givenAt && t.since(formats.dayOf(held.givenAt))}
      </p>
      {withdrawn && !held ? (
        <Withdrawn answer={withdrawn} recipient={recipient} />
      ) : (
        <p>{(held ? t.means : hadOne ? t.meansNoMore : t.meansNot)(name(recipient))}</p>
      )}
      {wording && (
        <More title={t.wholeText(name(recipient))}>
          <Paragraphs text={wording.body} />
        </More>
      )}
      {held ? (
        <TakeBack recipient={recipient} onDone={takenBack} refresh={refresh} />
      ) : (
        <Loaded query={wordings}>
          {(all) =>
            current ? (
              <Give recipient={recipient} onPrepared={onPrepared} wordings={all} refresh={refresh} />
            ) : (
              <MissingWording recipient={recipient} wordings={wordings} shown={shows("/consents", "noWording")} />
            )
          }
        </Loaded>
      )}
    </Section>
  );
}

interface GiveProps {
  recipient: KnownRecipient;
  onPrepared: (document: Document) => void;
  wordings: readonly ConsentText[];
  refresh: () => void;
}

function Give({ recipient, onPrepared, wordings, refresh }: GiveProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const { language } = useLanguage();
  const prepare = useMutation({
    mutationFn: () => prepareConsent(recipient, wordings, language),
    onSuccess: onPrepared,
  });
  const goOn = () => {
    if (problemOf(prepare.error).next === "readAgain") {
      prepare.reset();
      refresh();
    } else {
      prepare.mutate();
    }
  };
  return (
    <>
      {prepare.isError && (
        <ProblemNote
          error={prepare.error}
          tryAgain={goOn}
          beside={t.nothingSigned}
          shown={shows("/consents", "notPrepared")}
        />
      )}
      <Button kind="secondary" onPress={() => prepare.mutate()} isPending={prepare.isPending}>
        {isTriedAgain(prepare.error) ? t.tryAgain : t.give(name(recipient))}
      </Button>
    </>
  );
}

interface TakeBackProps {
  recipient: KnownRecipient;
  onDone: (answer: WithdrawResponse) => void;
  refresh: () => void;
}

// Two taps: the first asks, the second does it.
function TakeBack({ recipient, onDone, refresh }: TakeBackProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const [requestId, setRequestId] = useState<string>();
  const withdraw = useMutation({
    mutationFn: () => client.withdraw({ requestId: requestId ?? crypto.randomUUID(), recipient }),
    onSuccess: onDone,
  });
  const isUnknown = isTriedAgain(withdraw.error);
  const leave = () => {
    // It may be done all the same: whoever leaves sees the consent as it is by then.
    if (isUnknown) {
      refresh();
    }
    setRequestId(undefined);
    withdraw.reset();
  };
  return (
    <>
      <Button
        kind="secondary"
        name={`${t.takeBack} ${name(recipient)}`}
        onPress={() => setRequestId(crypto.randomUUID())}
      >
        {t.takeBack}
      </Button>
      {requestId && (
        <Dialog title={t.takeBackTitle} onLeave={leave} shown={shows("/consents", "asked")}>
          {!withdraw.isError && <p>{t.takeBackText(name(recipient))}</p>}
          {withdraw.isError && (
            <ProblemNote
              error={withdraw.error}
              tryAgain={() => withdraw.mutate()}
              beside={t.noWordOfIt}
              shown={shows("/consents", "notTakenBack")}
            />
          )}
          <Buttons>
            <Button onPress={() => withdraw.mutate()} isPending={withdraw.isPending}>
              {isUnknown ? t.tryAgain : t.takeBackNow}
            </Button>
            <Button kind="secondary" onPress={leave}>{isUnknown ? t.close : t.keepIt}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}
