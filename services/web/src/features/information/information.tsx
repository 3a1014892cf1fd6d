// What is processed about whom, by whom and why, who may get it, and which rights there are: shown once before anything else,
// and to be found ever after.
import { Facts } from "@/shared/components/facts";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

export function Information() {
  return (
    <>
      <InShort />
      <InFull />
    </>
  );
}

export function InShort() {
  const t = useTexts(texts);
  return (
    <Section title={t.inShort}>
      <ul>
        {t.short.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

export function InFull() {
  const t = useTexts(texts);
  return (
    <>
      <Section title={t.yourData}>
        <Facts
          facts={[
            { name: t.controller, value: t.controllerIs },
            { name: t.officer, value: t.officerIs },
            { name: t.what, value: t.whatIs },
            { name: t.from, value: t.fromIs },
            { name: t.why, value: t.whyIs },
            { name: t.basis, value: t.basisIs },
            { name: t.who, value: t.whoIs },
            { name: t.howLong, value: t.howLongIs },
          ]}
        />
      </Section>
      <Section title={t.rights}>
        <p>{t.rightsText}</p>
        <p>
          <a href="https://arbetsformedlingen.se/kontakt" rel="noreferrer">{t.toAgency}</a>
        </p>
        <p>
          <a href="https://www.imy.se/" rel="noreferrer">{t.complain}</a>
        </p>
      </Section>
    </>
  );
}
