// Signing out. What is under way is given up before, while there is a session to do it in.
import { SessionService } from "@/gen/deltaga/identity/v1/session_service_pb";

import { endSession } from "./session";
import { clientOf } from "./transport";

const client = clientOf(SessionService);
const steps = new Set<() => Promise<void>>();

/** Does the step before a sign-out; the answer takes it back. A step that fails does not hold up the sign-out. */
export function beforeSignOut(step: () => Promise<void>): () => void {
  steps.add(step);
  return () => steps.delete(step);
}

/** Signs out, or throws what went wrong: then whoever is signed in still is. */
export async function signOut(): Promise<void> {
  await Promise.allSettled([...steps].map((step) => step()));
  await client.signOut({});
  endSession(false);
}
