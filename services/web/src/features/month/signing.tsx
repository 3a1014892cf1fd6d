// Signing the month, with a reminder of what it says.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useRecipientName } from "@/features/consent/recipient-names";
import type { Document, Outcome } from "@/features/signing/signing";
import { SigningPanel } from "@/features/signing/signing-panel";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { minutesOf } from "./signed";
import { texts } from "./texts";

interface SigningProps {
  purpose: string;
  /** As it was read; it may have been corrected since. */
  read: OwnMonth;
  documents: readonly Document[];
  onDone: (outcomes: Outcome[]) => void;
  onLeave: () => void;
}

export function Signing({ purpose, read, documents, onDone, onLeave }: SigningProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = useRecipientName();
  const approves = (revision: number) => {
    const minutes = minutesOf(read, revision);
    return minutes === undefined ? t.signsVersion(revision) : t.signsMonth(formats.hours(minutes));
  };
  return (
    <>
      <ul className="signed">
        {documents.map((document) => (
          <li key={document.signatureId}>
            {document.kind === "approval"
              ? approves(document.revision)
              : t.signsConsent(name(document.recipient))}
          </li>
        ))}
      </ul>
      <SigningPanel purpose={purpose} documents={documents} onDone={onDone} onLeave={onLeave} />
    </>
  );
}
