// The participant's services: period, how far, whom to ask, and the activities of the plans.
import { useQuery } from "@tanstack/react-query";

import type { OwnPlacement } from "@/gen/deltaga/participants/v1/placement_service_pb";
import { PlanService, type SentJointPlan } from "@/gen/deltaga/participants/v1/plan_service_pb";
import { useActivityNames, useOwnPlacements } from "@/features/months/queries";
import { Facts } from "@/shared/components/facts";
import { Loaded } from "@/shared/components/loading";
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
      <p className="lead">{t.lead}</p>
      <Loaded query={placements}>
        {(all) =>
          all.length === 0 ? (
            <p {...shows("/services", "empty")}>{t.none}</p>
          ) : (
            all.map((own) => <Service key={own.placementId} placement={own} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function Service({ placement }: { placement: OwnPlacement }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { period, interruptedOn, agencyFunction } = placement;
  const facts = [
    { name: t.reference, value: placement.caseReference },
    { name: t.state, value: t.states[placement.status] },
    ...(period ? [{ name: t.period, value: between(period, formats, t.onwards) }] : []),
    ...(interruptedOn ? [{ name: t.interrupted, value: formats.day(interruptedOn) }] : []),
    { name: t.askAboutHours, value: t.provider },
    { name: t.askAboutRest, value: agencyFunction ? `Arbetsförmedlingen, ${agencyFunction}` : "Arbetsförmedlingen" },
  ];
  return (
    <Section title={period?.from ? t.serviceFrom(formats.day(period.from)) : t.service}>
      <Facts facts={facts} />
      {placement.documentsOnline ? <Plan placementId={placement.placementId} /> : <p {...shows("/services", "offline")}>{t.offline}</p>}
    </Section>
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
