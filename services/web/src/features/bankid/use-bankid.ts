// An order from the choice of the device to its end. It is looked at every second; a lost network is waited for, a code that
// nobody scanned is replaced by a new one for a while, and every end leaves a way on.
import { useCallback, useEffect, useRef, useState } from "react";

import { BankidMessage, type BankidFlow, Device, FlowState } from "@/gen/deltaga/identity/v1/bankid_pb";
import { problemOf } from "@/shared/connection/problem";

import { endOf, forgetPending, keepPending, newNonce, type Order, pendingOf, returnUrl } from "./order";

export type Progress =
  | { readonly step: "choosing" }
  | { readonly step: "starting"; readonly device: Device }
  | { readonly step: "running"; readonly device: Device; readonly flow: BankidFlow; readonly isCutOff: boolean }
  | { readonly step: "ended"; readonly message: BankidMessage; readonly device: Device }
  | { readonly step: "failed"; readonly error: unknown; readonly device: Device };

const LOOK_EVERY = 1_000;
const MOST_RENEWALS = 4;

interface Options {
  order: Order;
  /** Kept beside the order for a page that is loaded anew. */
  carried: unknown;
  onComplete: () => void;
}

export interface Bankid {
  progress: Progress;
  start: (device: Device) => void;
  cancel: () => void;
  chooseAgain: () => void;
}

export function useBankid({ order, carried, onComplete }: Options): Bankid {
  const [progress, setProgress] = useState<Progress>(() => resumed(order.purpose));
  const renewals = useRef(0);
  const latest = useRef({ order, carried, onComplete });
  useEffect(() => {
    latest.current = { order, carried, onComplete };
  });

  const begin = useCallback(async (device: Device) => {
    setProgress({ step: "starting", device });
    const nonce = newNonce();
    try {
      const flow = await latest.current.order.start(device, returnUrl(nonce));
      keepPending({
        purpose: latest.current.order.purpose,
        flowId: flow.flowId,
        nonce,
        path: window.location.pathname,
        endsAt: endOf(flow),
        carried: { device, page: latest.current.carried },
      });
      setProgress({ step: "running", device, flow, isCutOff: false });
    } catch (error) {
      setProgress({ step: "failed", error, device });
    }
  }, []);

  const running = progress.step === "running" ? progress : undefined;
  const flowId = running?.flow.flowId;
  const device = running?.device ?? Device.UNSPECIFIED;
  useEffect(() => {
    if (!flowId) {
      return undefined;
    }
    let isOver = false;
    const look = async () => {
      const seen = await lookAt(latest.current.order, flowId);
      if (isOver) {
        return;
      }
      switch (seen.kind) {
        case "pending":
          setProgress({ step: "running", device, flow: seen.flow, isCutOff: false });
          break;
        case "cutOff":
          setProgress((now) => (now.step === "running" ? { ...now, isCutOff: true } : now));
          break;
        case "complete":
          isOver = true;
          forgetPending();
          latest.current.onComplete();
          break;
        case "failed":
          isOver = true;
          forgetPending();
          if (seen.message === BankidMessage.QR_NOT_SCANNED && renewals.current < MOST_RENEWALS) {
            renewals.current += 1;
            void begin(device);
          } else {
            setProgress({ step: "ended", message: seen.message, device });
          }
          break;
        case "problem":
          isOver = true;
          forgetPending();
          setProgress({ step: "failed", error: seen.error, device });
          break;
      }
    };
    const timer = setInterval(() => void look(), LOOK_EVERY);
    void look();
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [flowId, device, begin]);

  const giveUp = useCallback(() => {
    forgetPending();
    if (flowId) {
      latest.current.order.cancel(flowId).catch(() => undefined);
    }
  }, [flowId]);

  return {
    progress,
    start: (chosen) => {
      renewals.current = 0;
      void begin(chosen);
    },
    cancel: () => {
      giveUp();
      setProgress({ step: "ended", message: BankidMessage.CANCELLED_BY_USER, device });
    },
    chooseAgain: () => {
      giveUp();
      setProgress({ step: "choosing" });
    },
  };
}

type Seen =
  | { kind: "pending"; flow: BankidFlow }
  | { kind: "complete" }
  | { kind: "failed"; message: BankidMessage }
  | { kind: "cutOff" }
  | { kind: "problem"; error: unknown };

async function lookAt(order: Order, flowId: string): Promise<Seen> {
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

// A page that was loaded anew, or the tab that the app opened, goes on with the order under way.
function resumed(purpose: string): Progress {
  const pending = pendingOf(purpose);
  if (!pending) {
    return { step: "choosing" };
  }
  const { device } = pending.carried as { device: Device };
  const flow = { flowId: pending.flowId, message: BankidMessage.IN_PROGRESS, qrText: "", autostartToken: "" };
  return { step: "running", device, flow: flow as BankidFlow, isCutOff: false };
}
