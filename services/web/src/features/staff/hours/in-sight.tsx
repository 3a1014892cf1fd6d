// What came of a button that is in sight wherever somebody is: it is brought into sight too.
import { type ReactNode, useEffect, useRef } from "react";

export function InSight({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), []);
  return <div ref={place}>{children}</div>;
}
