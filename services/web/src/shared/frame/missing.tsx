// Pages for when there is none: the address is wrong, or nothing answers.
import { Button } from "@/shared/components/button";
import { Page } from "@/shared/components/page";
import { NO_CONTACT } from "@/shared/connection/problem";
import { loadSession } from "@/shared/connection/session";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

export function Missing() {
  const t = useTexts(texts);
  return (
    <Page title={t.missing} shown={shows("*", "missing")}>
      <p>{t.missingText}</p>
      <p>
        <Link to="/months">{t.toStart}</Link>
      </p>
    </Page>
  );
}

export function Unreachable() {
  const t = useTexts(texts);
  return (
    <Page title={t.unreachable} shown={shows("frame", "unreachable")}>
      <p>{NO_CONTACT[useLanguage().language]}</p>
      <Button onPress={() => void loadSession()}>{t.again}</Button>
    </Page>
  );
}
