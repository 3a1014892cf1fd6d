// Who has read about the participant: when, as what, why and which kind of data. Which employee it was is not told.
import { useQuery } from "@tanstack/react-query";

import { type Access, AccessLogService } from "@/gen/deltaga/participants/v1/access_log_service_pb";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Loaded } from "@/shared/components/loading";
import { Page, Section } from "@/shared/components/page";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { type Formats, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const client = clientOf(AccessLogService);

export default function ReadsPage() {
  const t = useTexts(texts);
  const formats = useFormats();
  const accesses = useQuery({
    queryKey: ["accesses"],
    queryFn: () => allPages((page) => client.listAccesses({ page }), (answer) => answer.accesses),
  });
  return (
    <Page title={t.title}>
      <Loaded query={accesses}>
        {(all) =>
          all.length === 0 ? (
            <p className="lead" {...shows("/reads", "empty")}>{t.nobody}</p>
          ) : (
            <div className="stack" {...shows("/reads", "list")}>
              <p className="lead">{t.lead}</p>
              {[...byDay(all, formats)].map(([day, accesses]) => (
                <Section key={day} title={day}>
                  <ul className="cards">
                    {accesses.map((access) => (
                      <Row key={access.accessId} access={access} />
                    ))}
                  </ul>
                </Section>
              ))}
              <p>
                {t.doubt} <AgencyContact />
              </p>
            </div>
          )
        }
      </Loaded>
    </Page>
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

function Row({ access }: { access: Access }) {
  const t = useTexts(texts);
  const formats = useFormats();
  return (
    <li className="card">
      <h3 className="card-title">{t.roles[access.role] ?? t.someone}</h3>
      <p>
        {t.kinds[access.dataKind] ?? t.data}. {t.purposes[access.purpose] ?? t.work}.
      </p>
      <p className="small">{access.at && t.at(formats.time(access.at))}</p>
    </li>
  );
}
