// The accessibility statement: how far the pages meet the rules, how to say what does not work, and who supervises.
import { AgencyContact } from "@/shared/components/agency-contact";
import { Page, Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

export default function AccessibilityPage() {
  const t = useTexts(texts);
  return (
    <Page title={t.accessibility} shown={shows("/accessibility", "accessibility")}>
      <p className="lead">{t.statement}</p>
      <Section title={t.howWell}>
        <p>{t.howWellText}</p>
      </Section>
      <Section title={t.tellUs}>
        <p>{t.tellUsText}</p>
        <p>
          <AgencyContact />
        </p>
      </Section>
      <Section title={t.supervision}>
        <p>{t.supervisionText}</p>
        <p>
          <a href="https://www.digg.se/tdosanmalan" rel="noreferrer">{t.report}</a>
        </p>
      </Section>
    </Page>
  );
}
