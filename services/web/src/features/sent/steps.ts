// Which steps of a month's way are told.
import { type ExplainStep, ExplainStepState } from "@/gen/deltaga/consent/v1/explain_service_pb";

/** What comes after a stop does not come: "not yet" would promise it. */
export function untilStopped<Step extends Pick<ExplainStep, "state">>(steps: readonly Step[]): readonly Step[] {
  const stop = steps.findIndex(({ state }) => state === ExplainStepState.STOPPED);
  return stop < 0 ? steps : steps.slice(0, stop + 1);
}
