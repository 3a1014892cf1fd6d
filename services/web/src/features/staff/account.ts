// Through which of their accounts somebody works in this tab. Every call says so; what the account may do is for the services.
import { useSyncExternalStore } from "react";

import type { DescService } from "@bufbuild/protobuf";
import type { Client, Interceptor } from "@connectrpc/connect";

import { clientOf, transportWith } from "@/shared/connection/transport";

const HEADER = "deltaga-account";
/** For a tab that is loaded anew: an id, which is nobody's name. */
const KEPT = "deltaga-account";

const listeners = new Set<() => void>();
let chosen: string | undefined = read();

export function useChosenAccount(): string | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}

export function chooseAccount(accountId: string | undefined): void {
  chosen = accountId;
  try {
    sessionStorage.setItem(KEPT, accountId ?? "");
  } catch {
    // Then it is chosen anew in a tab that is loaded anew.
  }
  listeners.forEach((listener) => listener());
}

const sayingAccount: Interceptor = (next) => (request) => {
  if (chosen) {
    request.header.set(HEADER, chosen);
  }
  return next(request);
};

const transport = transportWith([sayingAccount]);

/** The calls of a service, made through the account. */
export function staffClientOf<Service extends DescService>(service: Service): Client<Service> {
  return clientOf(service, transport);
}

function read(): string | undefined {
  try {
    return sessionStorage.getItem(KEPT) || undefined;
  } catch {
    return undefined;
  }
}
