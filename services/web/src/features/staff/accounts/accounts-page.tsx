// The accounts of the organisation, for whoever administers them: who, how far, and what they may.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import { type Account, AccountService, AccountState } from "@/gen/deltaga/staff/v1/account_service_pb";
import { AgencyContact } from "@/shared/components/agency-contact";
import { Button } from "@/shared/components/button";
import { Facts } from "@/shared/components/facts";
import { TextField } from "@/shared/components/field";
import { Form } from "@/shared/components/form";
import { Loaded } from "@/shared/components/loading";
import { Status, type Tone } from "@/shared/components/status";
import { allPages } from "@/shared/connection/paging";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { staffClientOf } from "../account";
import { heldOn } from "../permissions";
import { usePlaceName } from "../queries";
import { StaffPage } from "../staff-page";
import { texts as staffTexts } from "../texts";
import { today } from "../today";
import { Address } from "./address";
import { texts } from "./texts";

const client = staffClientOf(AccountService);

const TONES: Readonly<Record<AccountState, Tone>> = {
  [AccountState.UNSPECIFIED]: "neutral",
  [AccountState.INVITED]: "waiting",
  [AccountState.WAITING_FOR_CONFIRMATION]: "waiting",
  [AccountState.ACTIVE]: "good",
  [AccountState.ENDED]: "neutral",
};

export default function AccountsPage() {
  const t = useTexts(texts);
  return (
    <StaffPage title={t.title} permission={Permission.ADMINISTER_PERMISSIONS}>
      {(account) => <Accounts account={account} />}
    </StaffPage>
  );
}

function Accounts({ account }: { account: Account }) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState("");
  const [nameContains, setNameContains] = useState("");
  const accounts = useQuery<Account[]>({
    queryKey: ["accounts", account.accountId, nameContains],
    queryFn: () => allPages((page) => client.listAccounts({ nameContains, page }), (answer) => answer.accounts),
  });
  return (
    <>
      <Form name={t.search} onSend={() => setNameContains(typed.trim())}>
        <TextField id="name" type="search" label={t.name} value={typed} onChange={setTyped} />
        <Button kind="secondary" isSending>{t.search}</Button>
      </Form>
      <p>
        {t.inviting} <AgencyContact />
      </p>
      <Loaded query={accounts}>
        {(all) =>
          all.length === 0 ? (
            <p role="status" {...shows("/staff/accounts", "empty")}>{t.none}</p>
          ) : (
            <ul className="cards" {...shows("/staff/accounts", "list")}>
              {all.map((one) => (
                <Row key={one.accountId} one={one} reader={account} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function Row({ one, reader }: { one: Account; reader: Account }) {
  const t = useTexts(texts);
  const s = useTexts(staffTexts);
  const placeOf = usePlaceName(reader);
  const held = heldOn(one, today());
  const facts = [
    { name: t.may, value: held.map((permission) => s.permissions[permission]).join(", ") || t.nothing },
    ...(one.scope.length > 0 ? [{ name: t.where, value: one.scope.map(({ unitId }) => placeOf(unitId)).filter(Boolean).join(", ") }] : []),
    ...(one.workEmail ? [{ name: t.email, value: <Address>{one.workEmail}</Address> }] : []),
    ...(one.workPhone ? [{ name: t.phone, value: one.workPhone }] : []),
  ];
  return (
    <li className="card">
      <div className="card-head">
        <h2 className="card-title">{one.name}</h2>
        <Status tone={TONES[one.state]}>{t.states[one.state]}</Status>
      </div>
      <Facts facts={facts} />
      {one.showFunctionOnly && <p className="small">{t.functionOnly}</p>}
    </li>
  );
}
