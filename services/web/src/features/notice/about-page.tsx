// What the service is, and the information about one's data as it was shown at the first visit.
import { Information } from "@/features/information/information";
import { Facts } from "@/shared/components/facts";
import { Page, Section } from "@/shared/components/page";
import { useSession } from "@/shared/connection/session";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { useOwnNotice } from "./queries";
import { texts } from "./texts";
import { NOTICE_ISSUED_ON, shownOf } from "./version";

export default function AboutPage() {
  const t = useTexts(texts);
  return (
    <Page title={t.about} shown={shows("/about", "about")}>
      <p className="lead">{t.aboutLead}</p>
      <Information />
      <Version />
    </Page>
  );
}

function Version() {
  const t = useTexts(texts);
  const formats = useFormats();
  const { data } = useOwnNotice(useSession().state === "signedIn");
  const shownAt = data && shownOf(data)?.shownAt;
  return (
    <Section title={t.thisText}>
      <div {...(shownAt && shows("/about", "noted"))}>
        <Facts
          facts={[
            { name: t.version, value: formats.day(NOTICE_ISSUED_ON) },
            ...(shownAt ? [{ name: t.shownToYou, value: formats.instant(shownAt) }] : []),
          ]}
        />
      </div>
    </Section>
  );
}
