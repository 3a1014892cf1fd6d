// What stands after an answer, and what happens next.
import { useState } from "react";

import { ApprovalOutcome, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useOwnRevision } from "@/features/months/queries";
import { OutcomeNotes } from "@/features/signing/outcome-notes";
import { completeAll, type Outcome } from "@/features/signing/signing";
import { Facts } from "@/shared/components/facts";
import { Loading } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";

import type { Step } from "./month-page";
import { OwnRemarks } from "./own-remarks";
import { minutesOf, signedRevision } from "./signed";
import { texts } from "./texts";

interface ReceiptProps {
  step: Extract<Step, { kind: "receipt" | "rejected" }>;
  onStep: (step: Step) => void;
}

export function Receipt({ step, onStep }: ReceiptProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const [isAsking, setIsAsking] = useState(false);
  if (isAsking) {
    return <Loading />;
  }
  if (step.kind === "rejected") {
    return (
      <>
        <Note kind="info" title={t.rejected} isTold>
          <p>{t.rejectedNext}</p>
        </Note>
        <Facts
          facts={[
            ...(step.at ? [{ name: t.answered, value: formats.instant(step.at) }] : []),
            { name: t.hours, value: formats.hours(step.read.summary?.creditedMinutes ?? 0) },
          ]}
        />
        <OwnRemarks remarks={step.read.remarks} />
        <Ways />
      </>
    );
  }
  const askAgain = () => {
    setIsAsking(true);
    void completeAll(unreadOf(step.outcomes)).then((outcomes) => {
      setIsAsking(false);
      onStep({ ...step, outcomes: [...step.outcomes.filter((outcome) => outcome.kind !== "unread"), ...outcomes] });
    });
  };
  const revision = signedRevision(step.outcomes);
  const isApproved = step.outcomes.some(
    (outcome) => outcome.kind === "approval" && outcome.outcome === ApprovalOutcome.APPROVED,
  );
  return (
    <>
      <OutcomeNotes outcomes={step.outcomes} askAgain={askAgain} />
      {revision !== undefined && <Signed read={step.read} revision={revision} />}
      {isApproved && <p>{t.approvedNext}</p>}
      {isApproved && <p>{t.wrongAnswer}</p>}
      {revision === step.read.summary?.revision && <OwnRemarks remarks={step.read.remarks} />}
      <p>{t.keep}</p>
      <Ways />
    </>
  );
}

function unreadOf(outcomes: readonly Outcome[]) {
  return outcomes.flatMap((outcome) => (outcome.kind === "unread" ? [outcome.document] : []));
}

// What was read may have been corrected before it was signed, or since: then the hours of what was signed are asked for.
function Signed({ read, revision }: { read: OwnMonth; revision: number }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const known = minutesOf(read, revision);
  const asked = useOwnRevision({ monthReportId: read.summary?.monthReportId ?? "", revision }, known === undefined);
  const minutes = known ?? asked.data?.creditedMinutes;
  return (
    <Facts
      facts={[
        ...(minutes === undefined ? [] : [{ name: t.hours, value: formats.hours(minutes) }]),
        { name: t.version, value: t.versionIs(revision) },
      ]}
    />
  );
}

function Ways() {
  const t = useTexts(texts);
  return (
    <ul className="ways">
      <li>
        <Link to="/consents">{t.toConsents}</Link>
      </li>
      <li>
        <Link to="/sent">{t.toSent}</Link>
      </li>
    </ul>
  );
}
