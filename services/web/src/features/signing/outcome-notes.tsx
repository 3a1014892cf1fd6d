// What a signature led to, document by document, in words that leave no doubt.
import { ApprovalOutcome } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentOutcome } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { useRecipientName } from "@/features/consent/recipient-names";
import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import type { Outcome } from "./signing";
import { texts } from "./texts";

interface OutcomeNotesProps {
  outcomes: readonly Outcome[];
  askAgain: () => void;
}

export function OutcomeNotes({ outcomes, askAgain }: OutcomeNotesProps) {
  return (
    <div className="stack">
      {outcomes.map((outcome) => (
        <OutcomeNote key={keyOf(outcome)} outcome={outcome} askAgain={askAgain} />
      ))}
    </div>
  );
}

function OutcomeNote({ outcome, askAgain }: { outcome: Outcome; askAgain: () => void }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  switch (outcome.kind) {
    case "approval":
      return (
        <Note
          kind={outcome.outcome === ApprovalOutcome.APPROVED ? "success" : "warning"}
          title={t.approvals[outcome.outcome]}
          isTold
        >
          {outcome.at && <p>{t.decided(formats.instant(outcome.at))}</p>}
        </Note>
      );
    case "consent":
      return (
        <Note
          kind={outcome.outcome === ConsentOutcome.OVERTAKEN ? "warning" : "success"}
          title={t.consents[outcome.outcome](name(outcome.recipient))}
          isTold
        />
      );
    case "unread":
      return (
        <Note kind="warning" title={t.unread} isTold>
          <p>{t.unreadText}</p>
          <Button kind="secondary" onPress={askAgain}>{t.askAgain}</Button>
        </Note>
      );
  }
}

function keyOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "approval":
      return outcome.kind;
    case "consent":
      return `consent ${outcome.recipient}`;
    case "unread":
      return outcome.document.signatureId;
  }
}
