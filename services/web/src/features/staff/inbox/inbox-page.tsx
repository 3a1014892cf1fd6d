// New participants: who has come, and naming a supervisor for them.
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Loaded } from "@/shared/components/loading";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { StaffPage } from "../staff-page";
import { Assigning } from "./assigning";
import { useInbox } from "./queries";
import { texts } from "./texts";

export default function InboxPage() {
  const t = useTexts(texts);
  return (
    <StaffPage title={t.title} permission={Permission.RECEIVE_PARTICIPANTS}>
      {(account) => <Inbox account={account} />}
    </StaffPage>
  );
}

function Inbox({ account }: { account: Account }) {
  const t = useTexts(texts);
  const inbox = useInbox(account);
  return (
    <>
      <p className="lead">{t.lead}</p>
      <Loaded query={inbox}>
        {(placements) => (
          <>
            {placements.length === 0 && <p {...shows("/staff/inbox", "empty")}>{t.empty}</p>}
            <Assigning account={account} placements={placements} />
          </>
        )}
      </Loaded>
    </>
  );
}
