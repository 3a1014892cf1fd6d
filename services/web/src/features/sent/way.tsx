// The way of one month to one recipient, step by step: what is done, what holds it, and who can act next.
import { useQuery } from "@tanstack/react-query";

import {
  type ExplainRowResponse,
  ExplainService,
  ExplainStepState,
  NextAct,
} from "@/gen/deltaga/consent/v1/explain_service_pb";
import type { Month } from "@/gen/deltaga/types/v1/types_pb";
import { explainKey } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import type { KnownRecipient } from "@/features/consent/recipients";
import { Loaded } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { Subsection } from "@/shared/components/page";
import { Status, type Tone } from "@/shared/components/status";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";

import { untilStopped } from "./steps";
import { texts } from "./texts";

const client = clientOf(ExplainService);

const TONES: Readonly<Record<ExplainStepState, Tone>> = {
  [ExplainStepState.UNSPECIFIED]: "neutral",
  [ExplainStepState.DONE]: "good",
  [ExplainStepState.WAITING]: "waiting",
  [ExplainStepState.STOPPED]: "bad",
};

interface WayProps {
  placementId: string;
  month: Month | undefined;
  recipient: KnownRecipient;
}

export function Way({ placementId, month, recipient }: WayProps) {
  const name = useRecipientName();
  const way = useQuery({
    queryKey: [...explainKey, placementId, month?.year, month?.month, recipient],
    queryFn: () => client.explainRow({ placementId, ...(month && { month }), recipient }),
  });
  return (
    <Subsection title={capitalised(name(recipient))}>
      <Loaded query={way}>{(explained) => <Steps explained={explained} />}</Loaded>
    </Subsection>
  );
}

function Steps({ explained }: { explained: ExplainRowResponse }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { steps, reason, nextAct, revisionSentBefore } = explained;
  return (
    <div className="way">
      <p>{[t.reasons[reason], t.acts[nextAct]].filter(Boolean).join(" ")}</p>
      {revisionSentBefore !== undefined && <p>{t.sentBefore(revisionSentBefore)}</p>}
      {nextAct === NextAct.PARTICIPANT_CONSENTS && (
        <p>
          <Link to="/consents">{t.toConsents}</Link>
        </p>
      )}
      <More title={t.stepByStep}>
        <ol className="way-steps">
          {untilStopped(steps).map(({ kind, state, at }) => (
            <li key={kind}>
              <span className="way-step">{t.steps[kind]}</span> <Status tone={TONES[state]}>{t.states[state]}</Status>{" "}
              {at && <span className="small when">{formats.dayOf(at)}</span>}
            </li>
          ))}
        </ol>
      </More>
    </div>
  );
}
