// The month of a participant: what may be reported, what is filled in, and what was submitted and answered.
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { Loaded } from "@/shared/components/loading";
import { Missing } from "@/shared/frame/missing";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import type { Parts } from "@/shared/navigation/routes";

import { usePlacement } from "../participants/queries";
import { PlacementFacts, placementName } from "../placement/placement";
import { StaffPage } from "../staff-page";
import { parsedMonth } from "../today";
import { HoursForm } from "./hours-form";
import { useMonth, type Which } from "./queries";
import { Rejected } from "./rejected";
import { Revisions } from "./revisions";
import { texts } from "./texts";

export default function HoursPage({ parts }: { parts: Parts }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const month = parsedMonth(parts.month ?? "");
  if (!month) {
    return <Missing />;
  }
  return (
    <StaffPage
      title={t.title(capitalised(formats.month(month)))}
      permission={Permission.REPORT_AND_PLAN}
      above={
        <p className="above">
          <Link to="/staff/participants">{t.back}</Link>
        </p>
      }
    >
      {(account) => <Hours which={{ account, placementId: parts.placementId ?? "", month }} />}
    </StaffPage>
  );
}

function Hours({ which }: { which: Which }) {
  const read = useMonth(which);
  const { data: placement } = usePlacement(which.account, which.placementId);
  return (
    <>
      {read.data && <Rejected read={read.data} />}
      {placement && (
        <div className="stack">
          <p className="lead">{placementName(placement)}</p>
          <PlacementFacts placement={placement} account={which.account} />
        </div>
      )}
      <Loaded query={read}>
        {(month) => (
          <>
            <HoursForm which={which} read={month} />
            <Revisions revisions={month.revisions} />
          </>
        )}
      </Loaded>
    </>
  );
}
