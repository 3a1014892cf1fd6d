// Who has read about the participant: when, of which provider, as what, why and which kind of data. Which employee it was is
// not told.
import type { Access } from "@/gen/deltaga/participants/v1/access_log_service_pb";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Page, Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { type Formats, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { useAccesses, useReaders } from "./queries";
import { texts } from "./texts";

export default function ReadsPage() {
  const t = useTexts(texts);
  const accesses = useAccesses();
  return (
    <Page title={t.title}>
      <Loaded query={accesses}>
        {(all) => (all.length === 0 ? <p className="lead" {...shows("/reads", "empty")}>{t.nobody}</p> : <Reads all={all} />)}
      </Loaded>
    </Page>
  );
}

// The reads are there at once; names come to them, or are told to be missing once for all.
function Reads({ all }: { all: readonly Access[] }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const readers = useReaders(all);
  return (
    <div className="stack" {...shows("/reads", "list")}>
      <p className="lead">{t.lead}</p>
      {readers.isError && (
        <ProblemNote
          error={readers.error}
          tryAgain={() => void readers.refetch()}
          about={t.withoutNames}
          shown={shows("/reads", "withoutNames")}
        />
      )}
      {[...byDay(all, formats)].map(([day, accesses]) => (
        <Section key={day} title={day}>
          <ul className="cards">
            {accesses.map((access) => (
              <Row key={access.accessId} access={access} provider={readers.data?.get(access.organisationId)} />
            ))}
          </ul>
        </Section>
      ))}
      <p>
        {t.doubt} <AgencyContact />
      </p>
    </div>
  );
}

function byDay(all: readonly Access[], formats: Formats): Map<string, Access[]> {
  const days = new Map<string, Access[]>();
  for (const access of all) {
    const day = access.at ? formats.dayOf(access.at) : "";
    days.set(day, [...(days.get(day) ?? []), access]);
  }
  return days;
}

function Row({ access, provider }: { access: Access; provider: string | undefined }) {
  const t = useTexts(texts);
  const formats = useFormats();
  return (
    <li className="card">
      <h3 className="card-title">{t.roles[access.role] ?? t.someone}</h3>
      {provider && <p>{provider}</p>}
      <p>
        {t.kinds[access.dataKind] ?? t.data}. {t.purposes[access.purpose] ?? t.work}.
      </p>
      <p className="small">{access.at && t.at(formats.time(access.at))}</p>
    </li>
  );
}
