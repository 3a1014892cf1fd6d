// How much there is to do, by the lists that its pages show too.
import { type MonthSummary, MonthStatus } from "@/gen/deltaga/attendance/v1/month_service_pb";
import { PlacementStatus, type PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";

type Received = Pick<PlacementSummary, "status" | "supervisorAccountId">;

/** Of the inbox. */
export function newOnes(placements: readonly Received[]) {
  const isInterrupted = ({ status }: Received) => status === PlacementStatus.INTERRUPTED_BEFORE_START;
  const interrupted = placements.filter(isInterrupted).length;
  const unassigned = placements.filter((one) => !isInterrupted(one) && !one.supervisorAccountId).length;
  return { interrupted, unassigned };
}

/** Of a month. */
export function reportsLeft(months: Iterable<Pick<MonthSummary, "status">>) {
  const all = [...months];
  const count = (...wanted: MonthStatus[]) => all.filter(({ status }) => wanted.includes(status)).length;
  return { rejected: count(MonthStatus.REJECTED), notSubmitted: count(MonthStatus.NOT_BEGUN, MonthStatus.DRAFT) };
}
