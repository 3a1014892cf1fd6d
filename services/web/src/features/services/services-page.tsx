// The participant's services: what, where, with whom, period, how far, whom to ask, and the activities of the plans.
import { useQuery } from "@tanstack/react-query";

import type { OwnPlacement } from "@/gen/deltaga/participants/v1/placement_service_pb";
import { PlanService, type SentJointPlan } from "@/gen/deltaga/participants/v1/plan_service_pb";
import type { OfficePlace } from "@/gen/deltaga/staff/v1/name_service_pb";
import { useOwnPlacements } from "@/features/months/queries";
import { Contact } from "@/features/names/contact";
import { type Named, namedOf } from "@/features/names/named";
import { useNames } from "@/features/names/queries";
import { useActivityNames } from "@/shared/activities/names";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Facts } from "@/shared/components/facts";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Page, Section, Subsection } from "@/shared/components/page";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { type Formats, useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";
import type { Validity } from "@/gen/deltaga/types/v1/types_pb";

import { texts } from "./texts";

const plans = clientOf(PlanService);

export default function ServicesPage() {
  const t = useTexts(texts);
  const placements = useOwnPlacements();
  return (
    <Page title={t.title}>
      <Loaded query={placements}>
        {(all) => (all.length === 0 ? <NoService /> : <Services placements={all} />)}
      </Loaded>
    </Page>
  );
}

function NoService() {
  const t = useTexts(texts);
  return (
    <div className="stack" {...shows("/services", "empty")}>
      <p className="lead">{t.none}</p>
      <p>
        {t.missesOne} <AgencyContact />
      </p>
    </div>
  );
}

// The services are there at once; names come to them, or are told to be missing once for all.
function Services({ placements }: { placements: readonly OwnPlacement[] }) {
  const t = useTexts(texts);
  const names = useNames(placements);
  return (
    <>
      <p className="lead">{t.lead}</p>
      {names.isError && (
        <ProblemNote
          error={names.error}
          tryAgain={() => void names.refetch()}
          about={t.withoutNames}
          shown={shows("/services", "withoutNames")}
        />
      )}
      {placements.map((own) => (
        <Service
          key={own.placementId}
          placement={own}
          named={names.data && namedOf(names.data, own)}
          missing={names.isPending ? t.fetching : t.notKnown}
        />
      ))}
    </>
  );
}

interface ServiceProps {
  placement: OwnPlacement;
  named: Named | undefined;
  /** What stands in the place of a name. */
  missing: string;
}

function Service({ placement, named, missing }: ServiceProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { period, interruptedOn, agencyFunction } = placement;
  const from = period?.from && formats.day(period.from);
  const facts = [
    { name: t.provider, value: <Provider named={named} missing={missing} /> },
    ...(named?.place ? [{ name: t.place, value: <Place place={named.place} /> }] : []),
    { name: t.supervisor, value: <Supervisor placement={placement} named={named} missing={missing} /> },
    { name: t.reference, value: placement.caseReference },
    { name: t.state, value: t.states[placement.status] },
    ...(period ? [{ name: t.period, value: between(period, formats, t.onwards) }] : []),
    ...(interruptedOn ? [{ name: t.interrupted, value: formats.day(interruptedOn) }] : []),
    { name: t.askAboutHours, value: t.askProvider },
    { name: t.askAboutRest, value: <Agency unit={agencyFunction} /> },
  ];
  return (
    <Section title={from ? t.serviceFrom(named?.service || t.service, from) : named?.service || t.service}>
      <Facts facts={facts} />
      {placement.documentsOnline ? <Plan placementId={placement.placementId} /> : <Offline />}
    </Section>
  );
}

function Offline() {
  const t = useTexts(texts);
  return (
    <p {...shows("/services", "offline")}>
      {t.offline} <AgencyContact />
    </p>
  );
}

interface NamedProps {
  named: Named | undefined;
  missing: string;
}

function Provider({ named, missing }: NamedProps) {
  return named?.provider ? (
    <span className="lines">
      <span>{named.provider}</span>
      {named.unit && named.unit !== named.provider && <span>{named.unit}</span>}
    </span>
  ) : (
    missing
  );
}

function Agency({ unit }: { unit: string }) {
  return (
    <span className="lines">
      <span>{unit ? `Arbetsförmedlingen, ${unit}` : "Arbetsförmedlingen"}</span>
      <AgencyContact />
    </span>
  );
}

function Place({ place }: { place: OfficePlace }) {
  return (
    <span className="lines">
      <span>{place.streetAddress}</span>
      <span>
        {place.postalCode} {place.city}
      </span>
    </span>
  );
}

function Supervisor({ placement, named, missing }: NamedProps & { placement: OwnPlacement }) {
  const t = useTexts(texts);
  if (!placement.supervisorAccountId) {
    return t.noSupervisor;
  }
  if (!named) {
    return missing;
  }
  if (!named.supervisor) {
    return t.askWho;
  }
  return (
    <div {...(!named.supervisor.name && shows("/services", "functionOnly"))}>
      <Contact contact={named.supervisor} />
      {!named.supervisor.name && <p className="small">{t.askForSupervisor}</p>}
    </div>
  );
}

function Plan({ placementId }: { placementId: string }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const nameOf = useActivityNames();
  const sent = useQuery({
    queryKey: ["own-plans"],
    queryFn: () => allPages((page) => plans.listOwnPlans({ page }), (answer) => answer.plans),
  });
  return (
    <Subsection title={t.plan}>
      <Loaded query={sent}>
        {(all) => {
          const latest = latestOf(all, placementId);
          return latest?.plan ? (
            <>
              {latest.plan.madeOn && <p>{t.madeOn(formats.day(latest.plan.madeOn))}</p>}
              <ul className="plan" {...shows("/services", "list")}>
                {latest.plan.activities.map(({ activityCode, validity }) => (
                  <li key={`${activityCode} ${validity?.from?.month} ${validity?.from?.day}`}>
                    {nameOf(activityCode)}
                    {validity?.from && <span className="small day-activity">{between(validity, formats, t.onwards)}</span>}
                  </li>
                ))}
              </ul>
            </>
          ) : (
            <p {...shows("/services", "noPlan")}>{t.noPlan}</p>
          );
        }}
      </Loaded>
    </Subsection>
  );
}

function latestOf(all: readonly SentJointPlan[], placementId: string): SentJointPlan | undefined {
  const own = all.filter((plan) => plan.placementId === placementId);
  return own.sort((one, other) => other.version - one.version)[0];
}

function between({ from, to }: Validity, formats: Formats, onwards: string): string {
  const start = from ? formats.day(from) : "";
  return to ? `${start} – ${formats.day(to)}` : `${start} ${onwards}`;
}
