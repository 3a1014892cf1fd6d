// Names of whom somebody works with, for placements that are told by ids. Without them the rest of a page stands all the same.
import { useQuery } from "@tanstack/react-query";

import { NameService } from "@/gen/deltaga/staff/v1/name_service_pb";
import { useOwnPlacements } from "@/features/months/queries";
import { clientOf } from "@/shared/connection/transport";

import { askedFor, type Named, namedOf, type Placed } from "./named";

const client = clientOf(NameService);
const SELDOM_CHANGED = 10 * 60_000;

export function useNames(placements: readonly Placed[] | undefined) {
  const asked = askedFor(placements ?? []);
  return useQuery({
    queryKey: ["names", asked],
    queryFn: () => client.batchGetNames(asked),
    enabled: asked.organisationIds.length > 0,
    staleTime: SELDOM_CHANGED,
  });
}

/** Whom and where one of the own placements is about, once it is known. */
export function useNamed(placementId: string): Named | undefined {
  const { data: placements } = useOwnPlacements();
  const { data: names } = useNames(placements);
  const placement = placements?.find((own) => own.placementId === placementId);
  return names && placement && namedOf(names, placement);
}
