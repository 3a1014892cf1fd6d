// What every page stands in: language, answers kept, the frame, and what is shown when a page itself fails.
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

import { forgetAllPending } from "./features/bankid/order";
import { Frame } from "./shared/frame/frame";
import { newQueryClient } from "./shared/connection/queries";
import { loadSession, useEndedSessions } from "./shared/connection/session";
import { LanguageProvider } from "./shared/language/language";
import { usePath } from "./shared/navigation/location";
import { Rescue } from "./shared/frame/rescue";
import { Routes } from "./routes";

export function App() {
  // Whoever signs in next may be somebody else: neither answers, fetched or on their way, nor pages outlive a session.
  const ended = useEndedSessions();
  const queries = useMemo(newQueryClient, [ended]);
  const path = usePath();
  useEffect(() => {
    void loadSession();
  }, []);
  const kept = useRef(queries);
  useEffect(() => {
    if (kept.current !== queries) {
      kept.current.clear();
      kept.current = queries;
      forgetAllPending();
    }
  }, [queries]);
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <Frame>
          <Rescue path={path}>
            <Routes key={ended} />
          </Rescue>
        </Frame>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
