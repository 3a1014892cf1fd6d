// Where the BankID app is, and the link that starts it there.
import { useSyncExternalStore } from "react";

import { Device } from "@/gen/deltaga/identity/v1/bankid_pb";

const narrow = window.matchMedia("(width < 40rem)");

/** Whether this is a telephone or a tablet. */
export function isMobile(): boolean {
  const isTouchingMac = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  return isTouchingMac || /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent);
}

/** Whether the device is, or is as narrow as, one that is held in the hand: there the app is most likely on it too. */
export function useIsHandheld(): boolean {
  const isNarrow = useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener);
      return () => narrow.removeEventListener("change", listener);
    },
    () => narrow.matches,
  );
  return isNarrow || isMobile();
}

export function thisDevice(): Device {
  return isMobile() ? Device.SAME_MOBILE : Device.SAME_COMPUTER;
}

export function startLink(device: Device, autostartToken: string): string {
  const start = device === Device.SAME_MOBILE ? "https://app.bankid.com/" : "bankid:///";
  return `${start}?autostarttoken=${encodeURIComponent(autostartToken)}&redirect=null`;
}
