// Choosing through which account to work, for whoever has several.
import type { MyAccount } from "@/gen/deltaga/staff/v1/account_service_pb";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Button } from "@/shared/components/button";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { chooseAccount } from "./account";
import { heldOn } from "./permissions";
import { texts } from "./texts";
import { today } from "./today";

export function AccountChoice({ accounts }: { accounts: readonly MyAccount[] }) {
  const t = useTexts(texts);
  if (accounts.length === 0) {
    return (
      <div className="stack" {...shows("staff", "noAccount")}>
        <p>
          {t.noAccount} <AgencyContact />
        </p>
        <p>
          {t.isParticipant} <Link to="/months">{t.toOwnMonths}</Link>
        </p>
      </div>
    );
  }
  return (
    <div className="stack" {...shows("staff", "choosing")}>
      <p className="lead">{t.choose}</p>
      <ul className="cards">
        {accounts.map(({ account, organisationName }) => account && (
          <li key={account.accountId} className="card">
            <h2 className="card-title">{organisationName}</h2>
            <p>{account.name}</p>
            <p className="small">{heldOn(account, today()).map((permission) => t.permissions[permission]).join(", ")}</p>
            <Button
              kind="secondary"
              name={`${t.workHere} ${organisationName}, ${account.name}`}
              onPress={() => chooseAccount(account.accountId)}
            >
              {t.workHere}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
