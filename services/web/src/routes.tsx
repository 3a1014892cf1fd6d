// Which page a path shows. Pages are loaded when they are needed; those about somebody need a session.
import { type ComponentType, lazy, Suspense, useEffect } from "react";

import { LoginPage } from "./features/login/login-page";
import { FirstVisit } from "./features/notice/first-visit";
import { Loading } from "./shared/components/loading";
import { type Portal, useSession } from "./shared/connection/session";
import { Missing, Unreachable } from "./shared/frame/missing";
import { goInstead, usePath } from "./shared/navigation/location";
import { type Parts, partsOf } from "./shared/navigation/routes";
import { type Path, shows } from "./shared/navigation/states";

type PageComponent = ComponentType<{ parts: Parts }>;

interface Route {
  page: PageComponent;
  isOpen?: boolean;
  /** Whose page it is: the participant's, unless something else is said. */
  portal?: Portal;
}

const ENTRANCE = "/login";
const HOME = "/months";

const ROUTES: Readonly<Record<Exclude<Path, typeof ENTRANCE>, Route>> = {
  "/months": { page: lazy(() => import("./features/months/months-page")) },
  "/months/:monthReportId": { page: lazy(() => import("./features/month/month-page")) },
  "/consents": { page: lazy(() => import("./features/consent/consents-page")) },
  "/sent": { page: lazy(() => import("./features/sent/sent-page")) },
  "/services": { page: lazy(() => import("./features/services/services-page")) },
  "/reads": { page: lazy(() => import("./features/reads/reads-page")) },
  "/contacts": { page: lazy(() => import("./features/contacts/contacts-page")) },
  "/copy": { page: lazy(() => import("./features/copy/copy-page")) },
  "/sessions": { page: lazy(() => import("./features/sessions/sessions-page")) },
  "/staff": { page: lazy(() => import("./features/staff/start-page")), portal: "staff" },
  "/staff/inbox": { page: lazy(() => import("./features/staff/inbox/inbox-page")), portal: "staff" },
  "/staff/participants": { page: lazy(() => import("./features/staff/participants/participants-page")), portal: "staff" },
  "/staff/participants/:placementId/:month": { page: lazy(() => import("./features/staff/hours/hours-page")), portal: "staff" },
  "/staff/accounts": { page: lazy(() => import("./features/staff/accounts/accounts-page")), portal: "staff" },
  "/about": { page: lazy(() => import("./features/notice/about-page")), isOpen: true },
  "/accessibility": { page: lazy(() => import("./features/accessibility/accessibility-page")), isOpen: true },
  "/return": { page: lazy(() => import("./features/bankid/return-page")), isOpen: true },
};

export function Routes() {
  const path = usePath();
  const isEntrance = path === "/" || path === ENTRANCE;
  const found = isEntrance ? undefined : match(path);
  if (isEntrance) {
    return <Entrance />;
  }
  if (!found) {
    return <Missing />;
  }
  const { route, parts } = found;
  const page = (
    <Suspense fallback={<Arriving />}>
      <route.page key={path} parts={parts} />
    </Suspense>
  );
  return route.isOpen ? page : <Guarded portal={route.portal ?? "participant"}>{page}</Guarded>;
}

function match(path: string): { route: Route; parts: Parts } | undefined {
  for (const [pattern, route] of Object.entries(ROUTES)) {
    const parts = partsOf(pattern, path);
    if (parts) {
      return { route, parts };
    }
  }
  return undefined;
}

// The sign-in takes the place of the page, so that one is there when it is done.
function Guarded({ portal, children }: { portal: Portal; children: React.ReactNode }) {
  const session = useSession();
  switch (session.state) {
    case "unknown":
      return <Arriving />;
    case "unreachable":
      return <Unreachable />;
    case "signedOut":
      return <LoginPage key={portal} portal={portal} hasEnded={session.hasEnded} />;
    case "signedIn":
      if (session.portal !== portal) {
        return <LoginPage key={portal} portal={portal} hasEnded={false} />;
      }
      return portal === "participant" ? <FirstVisit arriving={<Arriving />}>{children}</FirstVisit> : children;
  }
}

function Entrance() {
  const session = useSession();
  const isSignedIn = session.state === "signedIn" && session.portal === "participant";
  useEffect(() => {
    if (isSignedIn) {
      goInstead(HOME);
    }
  }, [isSignedIn]);
  return <Guarded portal="participant">{null}</Guarded>;
}

// Until it is known who has come, or the page is fetched.
function Arriving() {
  return (
    <div {...shows("frame", "arriving")}>
      <h1 className="only-read">Deltaga</h1>
      <Loading />
    </div>
  );
}
