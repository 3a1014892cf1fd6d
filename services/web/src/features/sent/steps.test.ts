import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { ExplainStepState } from "@/gen/deltaga/consent/v1/explain_service_pb";

import { untilStopped } from "./steps";

const { DONE, WAITING, STOPPED } = ExplainStepState;
const told = (...states: ExplainStepState[]) => untilStopped(states.map((state) => ({ state }))).map(({ state }) => state);

test("nothing is promised after a stop", () => {
  deepStrictEqual(told(DONE, STOPPED, WAITING, WAITING), [DONE, STOPPED]);
});

test("what has not stopped is told to its end", () => {
  deepStrictEqual(told(DONE, WAITING, WAITING), [DONE, WAITING, WAITING]);
});
