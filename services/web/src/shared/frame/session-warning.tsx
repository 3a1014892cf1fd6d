// Two minutes before a session ends whoever reads is warned, and can stay as long as the session may be prolonged.
import { useEffect, useState } from "react";

import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { endSession, loadSession, useSession } from "@/shared/connection/session";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const WARNED_BEFORE = 120_000;

export function SessionWarning() {
  const t = useTexts(texts);
  const session = useSession();
  const now = useClock(session.state === "signedIn");
  const endsAt = session.state === "signedIn" ? Math.min(session.idleEndsAt, session.endsAt) : Infinity;
  const isOver = now >= endsAt;
  useEffect(() => {
    if (isOver) {
      // Asking the gateway would prolong what nobody uses. Of use in other tabs this one has heard.
      endSession(true);
    }
  }, [isOver]);
  if (session.state !== "signedIn" || isOver || endsAt - now > WARNED_BEFORE) {
    return null;
  }
  const minutes = Math.max(1, Math.ceil((endsAt - now) / 60_000));
  const canStay = session.idleEndsAt < session.endsAt;
  return (
    <Note
      kind="warning"
      title={t.endsSoon(minutes)}
      isTold
      shown={shows("frame", canStay ? "endsSoon" : "endsForGood")}
    >
      {canStay ? (
        <Button kind="secondary" onPress={() => void loadSession()}>{t.stay}</Button>
      ) : (
        <>
          <p>{t.signInAnew}</p>
          <Button kind="secondary" onPress={() => endSession(true)}>{t.signIn}</Button>
        </>
      )}
    </Note>
  );
}

const LOOK_EVERY = 5_000;

function useClock(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = isRunning ? setInterval(() => setNow(Date.now()), LOOK_EVERY) : undefined;
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
