import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { Code, ConnectError } from "@connectrpc/connect";

import { BankidMessage, type BankidFlow, FlowState } from "@/gen/deltaga/identity/v1/bankid_pb";

import type { Order } from "./order";
import { type Seen, settle } from "./settle";

const flow = (state: FlowState, message = BankidMessage.UNSPECIFIED) => ({ flowId: "flow", state, message }) as BankidFlow;
const away = () => Promise.reject(new ConnectError("away", Code.Unavailable));

async function outcome(cancel: () => Promise<void>, look: () => Promise<BankidFlow>, last?: Seen) {
  let looks = 0;
  const order: Order = {
    purpose: "month",
    start: away,
    look: () => {
      looks += 1;
      return look();
    },
    cancel,
  };
  const seen = await settle(order, "flow", last && Promise.resolve(last));
  return { seen, looks };
}

test("what was signed before it was given up is signed", async () => {
  const complete = { kind: "complete" } as const;
  const look = async () => flow(FlowState.COMPLETE);
  deepStrictEqual(await outcome(async () => {}, look), { seen: complete, looks: 1 });
  deepStrictEqual(await outcome(away, look), { seen: complete, looks: 1 });
  deepStrictEqual(await outcome(async () => {}, away, complete), { seen: complete, looks: 0 });
});

test("what was given up in time was given up by the person", async () => {
  const { seen } = await outcome(async () => {}, async () => flow(FlowState.FAILED, BankidMessage.CANCELLED));
  deepStrictEqual(seen, { kind: "failed", message: BankidMessage.CANCELLED_BY_USER });
});

test("what ended otherwise is told as it ended", async () => {
  const { seen } = await outcome(async () => {}, async () => flow(FlowState.FAILED, BankidMessage.BLOCKED));
  deepStrictEqual(seen, { kind: "failed", message: BankidMessage.BLOCKED });
});

test("of what cannot be asked nothing is said, and what still goes on goes on", async () => {
  deepStrictEqual((await outcome(away, away)).seen, { kind: "cutOff" });
  const pending = flow(FlowState.PENDING);
  deepStrictEqual((await outcome(away, async () => pending)).seen, { kind: "pending", flow: pending });
});
