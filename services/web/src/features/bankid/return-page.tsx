// Where the BankID app leads back to, often in a new tab. It proves nothing: the page that began goes on with the order, and only
// if this browser began it.
import { useEffect, useState } from "react";

import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { goInstead } from "@/shared/navigation/location";
import { shows } from "@/shared/navigation/states";

import { pendingWith } from "./order";
import { texts } from "./texts";

export default function ReturnPage() {
  const t = useTexts(texts);
  const [pending] = useState(() => pendingWith(window.location.hash.slice(1)));
  useEffect(() => {
    if (pending) {
      goInstead(pending.path);
    }
  }, [pending]);
  return (
    <Page title={t.returnTitle} shown={shows("/return", "returned")}>
      <p>{t.returnText}</p>
      <p>
        <Link to="/months">{t.toStart}</Link>
      </p>
    </Page>
  );
}
