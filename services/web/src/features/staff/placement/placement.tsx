// A participant in the lists of a provider: name, case, period and place. Of a protected identity the service masks the name.
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { usePlaceName } from "../queries";
import { texts } from "./texts";

export function placementName({ participant, caseReference }: PlacementSummary): string {
  return [participant?.givenName, participant?.surname].filter(Boolean).join(" ") || caseReference;
}

export function PlacementFacts({ placement, account }: { placement: PlacementSummary; account: Account }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const placeOf = usePlaceName(account);
  const { caseReference, period, unitId, officeId, status, participant } = placement;
  return (
    <span className="lines">
      <span>{t.case(caseReference)}</span>
      {period?.from && <span>{t.period(formats.day(period.from), period.to ? formats.day(period.to) : "")}</span>}
      <span>{placeOf(unitId, officeId)}</span>
      <span className="small">{t.states[status]}</span>
      {participant?.protectedIdentity && <span className="small">{t.isProtected}</span>}
    </span>
  );
}
