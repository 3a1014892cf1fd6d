// Calls to the gateway. A page whose token is old fetches a new one and calls once more, but not in another's name; a session that
// has ended is told to the whole tab.
import { type Client, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { DescService } from "@bufbuild/protobuf";

import { problemOf } from "./problem";
import { endedSessions, endSession, fetchAsPage, loadSession } from "./session";

const DEADLINE = 20_000;

const mindingSession: Interceptor = (next) => (request) => mindSession(() => next(request));

/** Makes a call, once more if only the token was old, and tells the tab when the session has ended. */
export async function mindSession<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const before = endedSessions();
  try {
    return await call();
  } catch (error) {
    const { reason } = problemOf(ConnectError.from(error));
    if (reason === "CSRF_TOKEN_INVALID") {
      await loadSession();
      if (endedSessions() === before) {
        return await call();
      }
    }
    const hasEnded = reason === "SESSION_ENDED" || reason === "UNAUTHENTICATED";
    // An answer that comes late says nothing of the session after.
    if (hasEnded && endedSessions() === before) {
      endSession(true);
    }
    throw error;
  }
}

const transport = transportWith([]);

/** The calls of a service of the contract. */
export function clientOf<Service extends DescService>(service: Service, through = transport): Client<Service> {
  return createClient(service, through);
}

/** A way to the gateway whose calls go through these too. */
export function transportWith(interceptors: Interceptor[]): Transport {
  return createConnectTransport({
    baseUrl: window.location.origin,
    fetch: fetchAsPage,
    interceptors: [mindingSession, ...interceptors],
    defaultTimeoutMs: DEADLINE,
  });
}
