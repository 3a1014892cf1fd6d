// Where the participant is signed in, and ending it there or everywhere.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { SessionService, type SessionSummary } from "@/gen/deltaga/identity/v1/session_service_pb";
import { Button } from "@/shared/components/button";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { Status } from "@/shared/components/status";
import { allPages } from "@/shared/connection/paging";
import { signOut } from "@/shared/connection/sign-out";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const client = clientOf(SessionService);

export default function SessionsPage() {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: () => allPages((page) => client.listSessions({ page }), (answer) => answer.sessions),
  });
  const end = useMutation({
    mutationFn: (sessionId: string) => client.endSession({ sessionId }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const endAll = useMutation({
    mutationFn: async (all: readonly SessionSummary[]) => {
      const others = all.filter((session) => !session.isCurrent);
      await Promise.all(others.map(({ sessionId }) => client.endSession({ sessionId })));
      await signOut();
    },
  });
  return (
    <Page title={t.title}>
      <p className="lead">{t.lead}</p>
      <Loaded query={sessions}>
        {(all) => (
          <>
            <ul className="cards" {...shows("/sessions", "list")}>
              {all.map((session) => (
                <Row
                  key={session.sessionId}
                  session={session}
                  end={() => end.mutate(session.sessionId)}
                  isEnding={end.isPending && end.variables === session.sessionId}
                  failure={end.isError && end.variables === session.sessionId ? end.error : undefined}
                />
              ))}
            </ul>
            {endAll.isError && <ProblemNote error={endAll.error} tryAgain={() => endAll.mutate(all)} />}
            <Button kind="secondary" onPress={() => endAll.mutate(all)} isPending={endAll.isPending}>{t.endAll}</Button>
          </>
        )}
      </Loaded>
    </Page>
  );
}

interface RowProps {
  session: SessionSummary;
  end: () => void;
  isEnding: boolean;
  /** Why it could not be ended. */
  failure: unknown;
}

function Row({ session, end, isEnding, failure }: RowProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { startedAt, lastUsedAt, isCurrent } = session;
  return (
    <li className="card">
      <div className="card-head">
        <h2 className="card-title">{browserOf(session.userAgent) || t.someBrowser}</h2>
        {isCurrent && <Status tone="good">{t.here}</Status>}
      </div>
      {startedAt && <p>{t.since(formats.instant(startedAt))}</p>}
      {lastUsedAt && <p className="small">{t.used(formats.instant(lastUsedAt))}</p>}
      {failure !== undefined && (
        <ProblemNote error={failure} tryAgain={end} beside={t.notEnded} shown={shows("/sessions", "notEnded")} />
      )}
      {!isCurrent && <Button kind="secondary" onPress={end} isPending={isEnding}>{t.end}</Button>}
    </li>
  );
}

const BROWSERS = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

// A name to know one's own devices by, from what the browser says of itself.
function browserOf(userAgent: string): string {
  const known = [BROWSERS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(userAgent))?.[1]);
  return known.filter(Boolean).join(", ");
}
