// Consents per recipient: what holds, what it means, giving one, and taking it back in two taps.
import { useState } from "react";

import type { Consent } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { OutcomeNotes } from "@/features/signing/outcome-notes";
import { completeAll, type Document, type Outcome } from "@/features/signing/signing";
import { documentsUnderWay, SigningPanel } from "@/features/signing/signing-panel";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { History } from "./history";
import { useOwnConsents, useRefreshConsents } from "./queries";
import { useRecipientName } from "./recipient-names";
import { RecipientConsent } from "./recipient-consent";
import { RECIPIENTS } from "./recipients";
import { texts } from "./texts";

const PURPOSE = "consent";

export default function ConsentsPage() {
  const t = useTexts(texts);
  const consents = useOwnConsents();
  const [signed, setSigned] = useState<readonly Document[] | undefined>(() => documentsUnderWay(PURPOSE));
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const refresh = useRefreshConsents();
  const name = useRecipientName();
  // A list that could not be read since the signing would contradict what it led to.
  const isOutdated = outcomes.length > 0 && consents.isError;
  const askAgain = () =>
    void completeAll(unread(outcomes)).then((done) => {
      setOutcomes(done);
      void refresh();
    });
  if (signed) {
    return (
      <Page key="signing" title={t.signing} shown={shows("/consents", "signing")}>
        <ul className="signed">
          {signed.map(
            (document) =>
              document.kind === "consent" && <li key={document.signatureId}>{t.signs(name(document.recipient))}</li>,
          )}
        </ul>
        <SigningPanel
          purpose={PURPOSE}
          documents={signed}
          onDone={(done) =>
            // What it led to stands beside the consents as they are since, not as they were.
            void refresh().then(() => {
              setOutcomes(done);
              setSigned(undefined);
            })
          }
          onLeave={() => setSigned(undefined)}
        />
      </Page>
    );
  }
  return (
    <Page
      key="consents"
      title={t.title}
      shown={outcomes.length > 0 ? shows("/consents", "signed") : undefined}
    >
      <p className="lead">{t.lead}</p>
      {outcomes.length > 0 && <OutcomeNotes outcomes={outcomes} askAgain={askAgain} />}
      {isOutdated ? (
        <ProblemNote error={consents.error} tryAgain={() => void refresh()} />
      ) : (
        <Loaded query={consents}>
          {(all: Consent[]) => (
            <>
              <p>{t.content}</p>
              <p>{t.covers}</p>
              {RECIPIENTS.map((recipient) => (
                <RecipientConsent
                  key={recipient}
                  recipient={recipient}
                  consents={all}
                  onPrepared={(document) => setSigned([document])}
                  onWithdrawn={() => setOutcomes([])}
                  refresh={() => void refresh()}
                />
              ))}
              <History consents={all} />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function unread(outcomes: readonly Outcome[]): Document[] {
  return outcomes.flatMap((outcome) => (outcome.kind === "unread" ? [outcome.document] : []));
}
