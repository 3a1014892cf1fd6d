// Calls to the gateway. A page whose token is old fetches a new one and calls once more, but not in another's name; a session that
// has ended is told to the whole tab.
import { type Client, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { DescService } from "@bufbuild/protobuf";

import { problemOf } from "./problem";
import { endedSessions, endSession, fetchAsPage, loadSession } from "./session";

const DEADLINE = 20_000;

const mindingSession: Interceptor = (next) => async (request) => {
  const before = endedSessions();
  try {
    return await next(request);
  } catch (error) {
    const { reason } = problemOf(ConnectError.from(error));
    if (reason === "CSRF_TOKEN_INVALID") {
      await loadSession();
      if (endedSessions() === before) {
        return await next(request);
      }
    }
    const hasEnded = reason === "SESSION_ENDED" || reason === "UNAUTHENTICATED";
    // An answer that comes late says nothing of the session after.
    if (hasEnded && endedSessions() === before) {
      endSession(true);
    }
    throw error;
  }
};

const transport = createConnectTransport({
  baseUrl: window.location.origin,
  fetch: fetchAsPage,
  interceptors: [mindingSession],
  defaultTimeoutMs: DEADLINE,
});

/** The calls of a service of the contract. */
export function clientOf<Service extends DescService>(service: Service): Client<Service> {
  return createClient(service, transport);
}
