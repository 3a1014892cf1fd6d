// Signing the month, with a reminder of what it says.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useRecipientName } from "@/features/consent/recipient-names";
import type { Document, Outcome } from "@/features/signing/signing";
import { SigningPanel } from "@/features/signing/signing-panel";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { texts } from "./texts";

interface SigningProps {
  purpose: string;
  month: OwnMonth;
  documents: readonly Document[];
  onDone: (outcomes: Outcome[]) => void;
  onLeave: () => void;
}

export function Signing({ purpose, month, documents, onDone, onLeave }: SigningProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  return (
    <>
      <ul className="signed">
        {documents.map((document) => (
          <li key={document.signatureId}>
            {document.kind === "approval"
              ? t.signsMonth(formats.hours(month.summary?.creditedMinutes ?? 0))
              : t.signsConsent(name(document.recipient))}
          </li>
        ))}
      </ul>
      <SigningPanel purpose={purpose} documents={documents} onDone={onDone} onLeave={onLeave} />
    </>
  );
}
