// Ids of requests that may be sent more than once. What is sent anew as it was has the id that it had, so that it counts once,
// also where the first answer was lost.
import { useRef } from "react";

/** Gives the id to send a content with. */
export function useRequestId(): (content: string) => string {
  const last = useRef<{ content: string; requestId: string }>(undefined);
  return (content) => {
    if (last.current?.content !== content) {
      last.current = { content, requestId: crypto.randomUUID() };
    }
    return last.current.requestId;
  };
}
