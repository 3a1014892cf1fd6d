// Signing what was prepared, and asking what it led to. Whoever loads the page anew finds it where it was.
import { useEffect, useMemo, useState } from "react";

import { BankidPanel } from "@/features/bankid/bankid-panel";
import { pendingOf } from "@/features/bankid/order";
import { useBankid } from "@/features/bankid/use-bankid";
import { Loading } from "@/shared/components/loading";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";

import { completeAll, type Document, type Outcome, signingOrder } from "./signing";
import { texts } from "./texts";

interface SigningPanelProps {
  /** Tells one signing from another, for whoever comes back to it. */
  purpose: string;
  documents: readonly Document[];
  onDone: (outcomes: Outcome[]) => void;
  onLeave: () => void;
}

export function SigningPanel({ purpose, documents, onDone, onLeave }: SigningPanelProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const order = useMemo(() => signingOrder(purpose, documents, language), [purpose, documents, language]);
  const [isSigned, setIsSigned] = useState(false);
  const bankid = useBankid({ order, carried: documents, onComplete: () => setIsSigned(true) });
  useEffect(() => {
    if (isSigned) {
      void completeAll(documents).then(onDone);
    }
    // What was signed does not change while it is completed.
  }, [isSigned]);
  if (isSigned) {
    return <Loading />;
  }
  return (
    <div className="stack">
      <p>{t.what(documents.length)}</p>
      <BankidPanel bankid={bankid} onLeave={onLeave} />
    </div>
  );
}

/** The documents of a signing under way that this page began. */
export function documentsUnderWay(purpose: string): readonly Document[] | undefined {
  const pending = pendingOf(purpose);
  return pending ? (pending.carried as { page: readonly Document[] }).page : undefined;
}
