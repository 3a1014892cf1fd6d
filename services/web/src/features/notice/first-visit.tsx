// Whoever comes for the first time is told what is done with their data before anything else. Nobody is kept out: where it
// cannot be asked whether they were told, they are told, and where that cannot be noted, they go on.
import { lazy, type ReactNode, Suspense } from "react";

import { useOwnNotice } from "./queries";
import { shownOf } from "./version";

const NoticePage = lazy(() => import("./notice-page"));

interface FirstVisitProps {
  /** What stands there until it is known. */
  arriving: ReactNode;
  children: ReactNode;
}

export function FirstVisit({ arriving, children }: FirstVisitProps) {
  const { data, isPending } = useOwnNotice();
  if (isPending) {
    return arriving;
  }
  if (data && shownOf(data)) {
    return children;
  }
  return (
    <Suspense fallback={arriving}>
      <NoticePage hadEarlier={data !== undefined && data.length > 0} />
    </Suspense>
  );
}
