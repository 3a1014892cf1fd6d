// A page of a provider: the menu, as which account one works, and the page itself once it is known that the account may see it.
import { type ReactNode, useEffect } from "react";

import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import type { Account, MyAccount } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Loaded, Loading } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { Link, MenuLink } from "@/shared/navigation/link";
import { type Shown, shows } from "@/shared/navigation/states";

import { chooseAccount, useChosenAccount } from "./account";
import { AccountChoice } from "./account-choice";
import { holds } from "./permissions";
import { useMyAccounts } from "./queries";
import { texts } from "./texts";
import { today } from "./today";

interface StaffPageProps {
  title: string;
  /** What the account must hold; nothing for pages that everybody has. */
  permission?: Permission;
  above?: ReactNode;
  shown?: Shown | undefined;
  children: (account: Account) => ReactNode;
}

export function StaffPage({ title, permission, above, shown, children }: StaffPageProps) {
  const t = useTexts(texts);
  const mine = useMyAccounts();
  const account = useAccount(mine.data);
  return (
    <>
      {account && <StaffMenu account={account} />}
      <Page title={title} above={above} shown={shown}>
        <Loaded query={mine}>
          {(all) => {
            if (!account) {
              return all.length === 1 ? <Loading /> : <AccountChoice accounts={all} />;
            }
            if (permission !== undefined && !holds(account, permission, today())) {
              return (
                <div className="stack" {...shows("staff", "notAllowed")}>
                  <p>{t.notAllowed}</p>
                  <p>
                    <Link to="/staff">{t.toStart}</Link>
                  </p>
                </div>
              );
            }
            return children(account);
          }}
        </Loaded>
      </Page>
    </>
  );
}

// The one that was chosen, or the only one there is. What somebody else chose in this tab before does not count.
function useAccount(mine: readonly MyAccount[] | undefined): Account | undefined {
  const chosen = useChosenAccount();
  const ids = mine?.map(({ account }) => account?.accountId);
  const isKnown = ids?.includes(chosen) ?? true;
  const only = ids?.length === 1 ? ids[0] : undefined;
  useEffect(() => {
    if (!isKnown) {
      chooseAccount(only);
    }
  }, [isKnown, only]);
  return mine?.find(({ account }) => account?.accountId === chosen)?.account;
}

function StaffMenu({ account }: { account: Account }) {
  const t = useTexts(texts);
  const can = (permission: Permission) => holds(account, permission, today());
  return (
    <nav className="staff-menu" aria-label={t.menu}>
      <MenuLink to="/staff" isAlone>{t.start}</MenuLink>
      {can(Permission.RECEIVE_PARTICIPANTS) && <MenuLink to="/staff/inbox">{t.inbox}</MenuLink>}
      {can(Permission.REPORT_AND_PLAN) && <MenuLink to="/staff/participants">{t.participants}</MenuLink>}
      {can(Permission.ADMINISTER_PERMISSIONS) && <MenuLink to="/staff/accounts">{t.accounts}</MenuLink>}
    </nav>
  );
}
