// Everything that was sent about the participant, as the ledger has it: month, recipient, content and what became of it.
import type { Disclosure } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { useOwnDisclosures } from "@/features/consent/queries";
import { useRecipientName } from "@/features/consent/recipient-names";
import { useOwnMonths } from "@/features/months/queries";
import { Facts } from "@/shared/components/facts";
import { Loaded } from "@/shared/components/loading";
import { Page, Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { Content } from "./content";
import { texts } from "./texts";
import { standingOf } from "./versions";

/** For how many the hours may be asked for by the page itself; of the others when somebody opens them. */
const ASKED_AT_ONCE = 6;

export default function SentPage() {
  const t = useTexts(texts);
  const disclosures = useOwnDisclosures();
  return (
    <Page title={t.title}>
      <Loaded query={disclosures}>
        {(all) => (
          <>
            {all.length === 0 ? (
              <p className="lead" {...shows("/sent", "empty")}>{t.nothing}</p>
            ) : (
              <>
                <p className="lead">{t.lead}</p>
                <p>
                  {t.inFull} <Link to="/copy">{t.toCopy}</Link>
                </p>
              </>
            )}
            <ByMonth disclosures={all} />
          </>
        )}
      </Loaded>
      <Section title={t.whyNot}>
        <p>{t.whyNotText}</p>
        <p>
          <Link to="/months">{t.toMonths}</Link>
        </p>
      </Section>
    </Page>
  );
}

function ByMonth({ disclosures }: { disclosures: readonly Disclosure[] }) {
  const formats = useFormats();
  const months = groupBy(disclosures, ({ month }) => (month ? capitalised(formats.month(month)) : ""));
  const newest = new Set(disclosures.slice(0, ASKED_AT_ONCE));
  return [...months].map(([month, rows]) => (
    <Section key={month} title={month}>
      <ul className="cards" {...shows("/sent", "list")}>
        {rows.map((row, index) => (
          <li key={index} className="card">
            <Sent row={row} all={disclosures} isAskedAtOnce={newest.has(row)} />
          </li>
        ))}
      </ul>
    </Section>
  ));
}

interface SentProps {
  row: Disclosure;
  all: readonly Disclosure[];
  isAskedAtOnce: boolean;
}

function Sent({ row, all, isAskedAtOnce }: SentProps) {
  const t = useTexts(texts);
  const { data: months } = useOwnMonths();
  const latest = months?.find(({ monthReportId }) => monthReportId === row.monthReportId)?.revision;
  const formats = useFormats();
  const name = useRecipientName();
  const facts = [
    { name: t.became, value: t.disclosures[row.state] },
    ...(row.sentAt ? [{ name: t.sentAt, value: formats.instant(row.sentAt) }] : []),
    { name: t.version, value: t.versionIs(row.revision, t.standings[standingOf(row, all, latest)]) },
  ];
  return (
    <>
      <h3 className="card-title">{capitalised(name(row.recipient))}</h3>
      <Facts facts={facts} />
      <Content row={row} isAskedAtOnce={isAskedAtOnce} />
    </>
  );
}

function groupBy<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}
