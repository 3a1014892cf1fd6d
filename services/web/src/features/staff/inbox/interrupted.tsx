// Participants whose decision was broken off before it began: they are told of until somebody takes them away.
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { InboxService } from "@/gen/deltaga/participants/v1/inbox_service_pb";
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Button } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { Section } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { staffClientOf } from "../account";
import { PlacementFacts, placementName } from "../placement/placement";
import { texts } from "./texts";

const client = staffClientOf(InboxService);

interface InterruptedProps {
  account: Account;
  placements: readonly PlacementSummary[];
}

export function Interrupted({ account, placements }: InterruptedProps) {
  const t = useTexts(texts);
  return placements.length === 0 ? null : (
    <Section title={t.interrupted}>
      <p>{t.interruptedText}</p>
      <ul className="cards" {...shows("/staff/inbox", "interrupted")}>
        {placements.map((placement) => (
          <Row key={placement.placementId} account={account} placement={placement} />
        ))}
      </ul>
    </Section>
  );
}

function Row({ account, placement }: { account: Account; placement: PlacementSummary }) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.removeInterruptedPlacement({ placementId: placement.placementId }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["inbox", account.accountId] }),
  });
  return (
    <li className="card">
      <h3 className="card-title">{placementName(placement)}</h3>
      <PlacementFacts placement={placement} account={account} />
      {remove.isError && <ProblemNote error={remove.error} tryAgain={() => remove.mutate()} />}
      <Button
        kind="secondary"
        name={`${t.remove}: ${placementName(placement)}`}
        onPress={() => remove.mutate()}
        isPending={remove.isPending}
      >
        {t.remove}
      </Button>
    </li>
  );
}
