// An order from the choice of the device to its end. It is looked at every second; a lost network is waited for, and every end
// leaves a way on.
import { useCallback, useEffect, useRef, useState } from "react";

import { BankidMessage, type BankidFlow, Device } from "@/gen/deltaga/identity/v1/bankid_pb";
import { beforeSignOut } from "@/shared/connection/sign-out";

import { endOf, forgetPending, keepPending, newNonce, type Order, pendingOf, returnUrl } from "./order";
import { lookAt, type Seen, settle } from "./settle";

interface Underway {
  readonly device: Device;
  readonly flow: BankidFlow;
}

export type Progress =
  | { readonly step: "choosing" }
  | { readonly step: "starting"; readonly device: Device }
  | ({ readonly step: "running"; readonly isCutOff: boolean } & Underway)
  | { readonly step: "cancelling"; readonly device: Device }
  /** It was given up, and whether that came in time could not be asked. */
  | ({ readonly step: "unknown" } & Underway)
  | { readonly step: "ended"; readonly message: BankidMessage; readonly device: Device }
  | { readonly step: "failed"; readonly error: unknown; readonly device: Device };

const LOOK_EVERY = 1_000;

interface Options {
  order: Order;
  /** Kept beside the order for a page that is loaded anew. */
  carried: unknown;
  onComplete: () => void;
}

export interface Bankid {
  purpose: string;
  progress: Progress;
  start: (device: Device) => void;
  cancel: () => void;
  chooseAgain: () => void;
  /** Looks again at an order of which nothing is known. */
  askAgain: () => void;
}

export function useBankid({ order, carried, onComplete }: Options): Bankid {
  const [progress, setProgress] = useState<Progress>(() => resumed(order.purpose));
  const latest = useRef({ order, carried, onComplete });
  useEffect(() => {
    latest.current = { order, carried, onComplete };
  });
  const looking = useRef<Promise<Seen>>(undefined);
  const ending = useRef<Promise<void>>(undefined);

  const begin = useCallback(async (device: Device) => {
    setProgress({ step: "starting", device });
    // BankID stops both of two orders of one person.
    await ending.current;
    const { order, carried } = latest.current;
    const nonce = newNonce();
    try {
      const flow = await order.start(device, returnUrl(nonce));
      keepPending({
        purpose: order.purpose,
        flowId: flow.flowId,
        nonce,
        path: window.location.pathname,
        endsAt: endOf(flow),
        carried: { device, page: carried },
      });
      setProgress({ step: "running", device, flow, isCutOff: false });
    } catch (error) {
      setProgress({ step: "failed", error, device });
    }
  }, []);

  /** Goes where what was seen leads; tells whether the order is over. */
  const follow = useCallback((seen: Seen, device: Device): boolean => {
    const isOver = seen.kind === "complete" || seen.kind === "failed" || seen.kind === "problem";
    if (isOver) {
      forgetPending(latest.current.order.purpose);
    }
    switch (seen.kind) {
      case "pending":
        setProgress({ step: "running", device, flow: seen.flow, isCutOff: false });
        break;
      case "cutOff":
        setProgress((now) => (now.step === "running" ? { ...now, isCutOff: true } : now));
        break;
      case "complete":
        latest.current.onComplete();
        break;
      case "failed":
        setProgress({ step: "ended", message: seen.message, device });
        break;
      case "problem":
        setProgress({ step: "failed", error: seen.error, device });
        break;
    }
    return isOver;
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
      // One look at a time, however slow the network is.
      if (looking.current || isOver) {
        return;
      }
      looking.current = lookAt(latest.current.order, flowId);
      const seen = await looking.current;
      looking.current = undefined;
      if (!isOver) {
        isOver = follow(seen, device);
      }
    };
    const timer = setInterval(() => void look(), LOOK_EVERY);
    void look();
    const forgetUs = beforeSignOut(() => latest.current.order.cancel(flowId));
    return () => {
      isOver = true;
      clearInterval(timer);
      forgetUs();
    };
  }, [flowId, device, follow]);

  const giveUp = async ({ device, flow }: Underway, after: Progress | undefined) => {
    setProgress({ step: "cancelling", device });
    const seen = await settle(latest.current.order, flow.flowId, looking.current);
    if (seen.kind === "cutOff") {
      setProgress({ step: "unknown", device, flow });
      return;
    }
    const isOver = follow(seen, device);
    if (isOver && seen.kind !== "complete" && after) {
      setProgress(after);
    }
  };
  const leave = (after: Progress | undefined) => {
    if (running) {
      ending.current = giveUp(running, after);
    }
  };

  return {
    purpose: order.purpose,
    progress,
    start: (chosen) => void begin(chosen),
    cancel: () => leave(undefined),
    chooseAgain: () => (running ? leave({ step: "choosing" }) : setProgress({ step: "choosing" })),
    askAgain: () => setProgress((now) => (now.step === "unknown" ? { ...now, step: "running", isCutOff: false } : now)),
  };
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
