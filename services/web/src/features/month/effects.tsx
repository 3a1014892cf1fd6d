// What each answer does and what it does not, and who to ask.
import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { useRecipientName } from "@/features/consent/recipient-names";
import type { KnownRecipient } from "@/features/consent/recipients";
import { useOwnPlacements } from "@/features/months/queries";
import { Contact } from "@/features/names/contact";
import { useNamed } from "@/features/names/queries";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Facts } from "@/shared/components/facts";
import { More } from "@/shared/components/more";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

interface EffectsProps {
  month: OwnMonth;
  /** Those to whom the month goes when it is approved, since a consent holds. */
  held: readonly KnownRecipient[];
  /** Those to whom it goes when what is ticked is signed too. */
  chosen: readonly KnownRecipient[];
}

export function Effects({ month, held, chosen }: EffectsProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const goesTo = t.goesTo(held.map(name), chosen.map(name));
  return (
    <Section title={t.isItRight}>
      <Facts
        facts={[
          // What is ticked now tells it in its wording.
          { name: t.ifApproved, value: [t.approvedEffect, goesTo, ...(held.length > 0 ? [t.content] : [])].join(" ") },
          { name: t.ifRejected, value: t.rejectedEffect },
        ]}
      />
      <p className="calm">
        {t.noEffect} {t.whoSeesAnswer}
      </p>
      <More title={t.whoToAsk}>
        <WhoToAsk placementId={month.summary?.placementId ?? ""} />
      </More>
    </Section>
  );
}

function WhoToAsk({ placementId }: { placementId: string }) {
  const t = useTexts(texts);
  const { data } = useOwnPlacements();
  const named = useNamed(placementId);
  const placement = data?.find((candidate) => candidate.placementId === placementId);
  return (
    <>
      <p>{t.askProvider(named?.provider ?? "")}</p>
      {named?.supervisor && <Contact contact={named.supervisor} />}
      <p>
        {t.askAgency(placement?.agencyFunction ?? "")} <AgencyContact />
      </p>
      {placement && <p>{t.reference(placement.caseReference)}</p>}
    </>
  );
}
