// What every page stands in: language, answers kept, the frame, and what is shown when a page itself fails.
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Frame } from "./shared/frame/frame";
import { newQueryClient } from "./shared/connection/queries";
import { loadSession, useSession } from "./shared/connection/session";
import { LanguageProvider } from "./shared/language/language";
import { Rescue } from "./shared/frame/rescue";
import { Routes } from "./routes";

export function App() {
  const [queries] = useState(newQueryClient);
  const session = useSession();
  useEffect(() => {
    void loadSession();
  }, []);
  // Whoever signs in next may be somebody else.
  useEffect(() => {
    if (session.state === "signedOut") {
      queries.clear();
    }
  }, [session.state, queries]);
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <Frame>
          <Rescue>
            <Routes />
          </Rescue>
        </Frame>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
