// Where the BankID app leads back to, often in a new tab. It proves nothing: the page that began goes on with the order, and only
// if this browser began it.
import { useEffect, useState } from "react";

import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { goInstead } from "@/shared/navigation/location";

import { readPending } from "./order";
import { texts } from "./texts";

export default function ReturnPage() {
  const t = useTexts(texts);
  const [pending] = useState(readPending);
  const isOurs = pending !== undefined && window.location.hash === `#${pending.nonce}`;
  useEffect(() => {
    if (isOurs) {
      goInstead(pending.path);
    }
  }, [isOurs, pending]);
  return (
    <Page title={t.returnTitle}>
      <p>{t.returnText}</p>
      <p>
        <Link to="/months">{t.toStart}</Link>
      </p>
    </Page>
  );
}
