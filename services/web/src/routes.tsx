// Which page a path shows. Pages are loaded when they are needed; those about the participant need a session.
import { type ComponentType, lazy, Suspense, useEffect } from "react";

import { LoginPage } from "./features/login/login-page";
import { Loading } from "./shared/components/loading";
import { useSession } from "./shared/connection/session";
import { Missing, Unreachable } from "./shared/frame/missing";
import { goInstead, usePath } from "./shared/navigation/location";
import { type Parts, partsOf } from "./shared/navigation/routes";
import { type Path, shows } from "./shared/navigation/states";

type PageComponent = ComponentType<{ parts: Parts }>;

interface Route {
  page: PageComponent;
  isOpen?: boolean;
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
  "/sessions": { page: lazy(() => import("./features/sessions/sessions-page")) },
  "/about": { page: lazy(() => import("./features/information/about-page")), isOpen: true },
  "/accessibility": { page: lazy(() => import("./features/information/accessibility-page")), isOpen: true },
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
  return route.isOpen ? page : <Guarded>{page}</Guarded>;
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
function Guarded({ children }: { children: React.ReactNode }) {
  const session = useSession();
  switch (session.state) {
    case "unknown":
      return <Arriving />;
    case "unreachable":
      return <Unreachable />;
    case "signedOut":
      return <LoginPage hasEnded={session.hasEnded} />;
    case "signedIn":
      return children;
  }
}

function Entrance() {
  const session = useSession();
  const isSignedIn = session.state === "signedIn";
  useEffect(() => {
    if (isSignedIn) {
      goInstead(HOME);
    }
  }, [isSignedIn]);
  return <Guarded>{null}</Guarded>;
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
