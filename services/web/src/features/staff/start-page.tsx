// Where somebody of a provider begins: as whom they work, and what there is to do.
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Button } from "@/shared/components/button";
import { Facts } from "@/shared/components/facts";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { chooseAccount } from "./account";
import { heldOn, holds } from "./permissions";
import { useMyAccounts } from "./queries";
import { StaffPage } from "./staff-page";
import { texts } from "./texts";
import { ToDo } from "./to-do";
import { today } from "./today";

export default function StartPage() {
  const t = useTexts(texts);
  return <StaffPage title={t.title}>{(account) => <Start account={account} />}</StaffPage>;
}

function Start({ account }: { account: Account }) {
  const t = useTexts(texts);
  const { data: mine } = useMyAccounts();
  const organisation = mine?.find((own) => own.account?.accountId === account.accountId)?.organisationName ?? "";
  const held = heldOn(account, today());
  const ways = [
    { permission: Permission.RECEIVE_PARTICIPANTS, to: "/staff/inbox", text: t.toInbox },
    { permission: Permission.REPORT_AND_PLAN, to: "/staff/participants", text: t.toParticipants },
    { permission: Permission.ADMINISTER_PERMISSIONS, to: "/staff/accounts", text: t.toAccounts },
  ].filter(({ permission }) => holds(account, permission, today()));
  return (
    <div className="stack" {...shows("/staff", "start")}>
      <ToDo account={account} />
      <Facts
        facts={[
          { name: t.organisation, value: organisation },
          { name: t.name, value: account.name },
          { name: t.may, value: held.length > 0 ? held.map((permission) => t.permissions[permission]).join(", ") : t.nothing },
        ]}
      />
      <ul className="ways">
        {ways.map(({ to, text }) => (
          <li key={to}>
            <Link to={to}>{text}</Link>
          </li>
        ))}
      </ul>
      {(mine?.length ?? 0) > 1 && <Button kind="secondary" onPress={() => chooseAccount(undefined)}>{t.another}</Button>}
    </div>
  );
}
