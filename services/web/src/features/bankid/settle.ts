// What an order has come to: by a look at it, and by a look after it was given up, which may have come too late.
import { BankidMessage, type BankidFlow, FlowState } from "@/gen/deltaga/identity/v1/bankid_pb";
import { problemOf } from "@/shared/connection/problem";

import type { Order } from "./order";

export type Seen =
  | { readonly kind: "pending"; readonly flow: BankidFlow }
  | { readonly kind: "complete" }
  | { readonly kind: "failed"; readonly message: BankidMessage }
  | { readonly kind: "cutOff" }
  | { readonly kind: "problem"; readonly error: unknown };

export async function lookAt(order: Order, flowId: string): Promise<Seen> {
  try {
    const flow = await order.look(flowId);
    switch (flow.state) {
      case FlowState.COMPLETE:
        return { kind: "complete" };
      case FlowState.FAILED:
        return { kind: "failed", message: flow.message };
      case FlowState.PENDING:
      case FlowState.UNSPECIFIED:
        return { kind: "pending", flow };
    }
  } catch (error) {
    const problem = problemOf(error);
    if (problem.isPassing) {
      return { kind: "cutOff" };
    }
    return problem.reason === "NOT_FOUND"
      ? { kind: "failed", message: BankidMessage.START_AGAIN }
      : { kind: "problem", error };
  }
}

/** Gives the order up and looks at it once more, when the look that is under way has come back. */
export async function settle(order: Order, flowId: string, underWay: Promise<Seen> | undefined): Promise<Seen> {
  const cancelling = order.cancel(flowId).then(
    () => true,
    () => false,
  );
  const last = await underWay;
  const isCancelled = await cancelling;
  if (last?.kind === "complete") {
    return last;
  }
  const seen = await lookAt(order, flowId);
  return isCancelled ? givenUp(seen) : seen;
}

// A sign-in that was given up is not known any more.
function givenUp(seen: Seen): Seen {
  const byUser = { kind: "failed", message: BankidMessage.CANCELLED_BY_USER } as const;
  switch (seen.kind) {
    case "problem":
      return byUser;
    case "failed":
      return [BankidMessage.CANCELLED, BankidMessage.START_AGAIN].includes(seen.message) ? byUser : seen;
    case "pending":
    case "complete":
    case "cutOff":
      return seen;
  }
}
