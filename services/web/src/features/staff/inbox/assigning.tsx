// The list of those who have come, with boxes to tick, and naming a supervisor for the ticked ones: for all of them or for none.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { InboxService } from "@/gen/deltaga/participants/v1/inbox_service_pb";
import { PlacementStatus, type PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Button } from "@/shared/components/button";
import { Checkbox } from "@/shared/components/checkbox";
import type { Faults } from "@/shared/components/faults";
import { Fault, Select } from "@/shared/components/field";
import { FaultSummary, Form } from "@/shared/components/form";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { isTriedAgain } from "@/shared/connection/problem";
import { useRequestId } from "@/shared/connection/request-id";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { staffClientOf } from "../account";
import { PlacementFacts, placementName } from "../placement/placement";
import { Interrupted } from "./interrupted";
import { useCandidates } from "./queries";
import { texts } from "./texts";

const PATH = "/staff/inbox";

const client = staffClientOf(InboxService);

interface AssigningProps {
  account: Account;
  placements: readonly PlacementSummary[];
}

export function Assigning({ account, placements }: AssigningProps) {
  const t = useTexts(texts);
  const open = placements.filter(({ status }) => status !== PlacementStatus.INTERRUPTED_BEFORE_START);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [supervisor, setSupervisor] = useState("");
  const [faults, setFaults] = useState<Faults>({});
  const candidates = useCandidates(account);
  const assign = useAssigning(account);
  const chosen = open.filter(({ placementId }) => ticked.includes(placementId)).map(({ placementId }) => placementId);
  const tick = (placementId: string, isTicked: boolean) =>
    setTicked(isTicked ? [...ticked, placementId] : ticked.filter((other) => other !== placementId));
  const send = () => {
    const found: Faults = {
      ...(chosen.length === 0 && { [boxId(open[0])]: t.tickSomebody }),
      ...(!supervisor && { supervisor: t.nameSomebody }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) {
      assign.mutate({ placementIds: chosen, supervisorAccountId: supervisor }, { onSuccess: () => setTicked([]) });
    }
  };
  return (
    <>
      {assign.data && (
        <Note kind="success" title={t.assigned(assign.data.map(placementName))} isTold shown={shows(PATH, "assigned")} />
      )}
      {open.length > 0 && (
        <Form name={t.title} onSend={send}>
          <FaultSummary
            faults={faults}
            foundBy={faults}
            outcome={t.notAssigned}
            labels={{ [boxId(open[0])]: t.participants, supervisor: t.supervisor }}
            shown={shows(PATH, "wrong")}
          />
          <Ticking account={account} placements={open} ticked={ticked} tick={tick} fault={faults[boxId(open[0])]} />
          <Select
            id="supervisor"
            label={t.supervisor}
            hint={t.supervisorHint}
            value={supervisor}
            onChange={setSupervisor}
            options={[{ value: "", label: t.choose }, ...candidates.map(({ accountId, name }) => ({ value: accountId, label: name }))]}
            fault={faults.supervisor}
          />
          {assign.isError && (
            <ProblemNote error={assign.error} tryAgain={send} beside={t.notAssigned} shown={shows(PATH, "notAssigned")} />
          )}
          <Button isSending isPending={assign.isPending}>{isTriedAgain(assign.error) ? t.tryAgain : t.assign}</Button>
        </Form>
      )}
      <Interrupted account={account} placements={placements.filter((placement) => !open.includes(placement))} />
    </>
  );
}

interface TickingProps extends AssigningProps {
  ticked: readonly string[];
  tick: (placementId: string, isTicked: boolean) => void;
  fault: string | undefined;
}

function Ticking({ account, placements, ticked, tick, fault }: TickingProps) {
  const t = useTexts(texts);
  const id = boxId(placements[0]);
  return (
    <fieldset className="field" aria-describedby={fault && `${id}-fault`}>
      <legend className="label">{t.participants}</legend>
      <Fault id={id} fault={fault} />
      <ul className={fault ? "cards cards-wrong" : "cards"} {...shows(PATH, "list")}>
        {placements.map((placement) => (
          <li key={placement.placementId} className="card">
            <Checkbox
              id={boxId(placement)}
              isTicked={ticked.includes(placement.placementId)}
              onChange={(isTicked) => tick(placement.placementId, isTicked)}
            >
              <strong>{placementName(placement)}</strong>
            </Checkbox>
            <PlacementFacts placement={placement} account={account} />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function useAssigning({ accountId }: Account) {
  const queries = useQueryClient();
  const requestIdOf = useRequestId();
  return useMutation({
    mutationFn: async (asked: { placementIds: string[]; supervisorAccountId: string }) =>
      (await client.assignSupervisor({ ...asked, requestId: requestIdOf(JSON.stringify(asked)) })).placements,
    onSuccess: () => {
      for (const kind of ["inbox", "placements", "supervisors"]) {
        void queries.invalidateQueries({ queryKey: [kind, accountId] });
      }
    },
  });
}

function boxId(placement: PlacementSummary | undefined): string {
  return `placement-${placement?.placementId ?? ""}`;
}
