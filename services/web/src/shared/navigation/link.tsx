// Links within the pages: they look and behave as links do, and change the page without loading it anew.
import type { ComponentProps, MouseEvent, ReactNode } from "react";

import { go, usePath } from "./location";

export function Link({ to, children }: { to: string; children: ReactNode }) {
  return <Anchor href={to}>{children}</Anchor>;
}

/** A link of the menu, which says whether it leads to where one is. One that is alone has no pages below it. */
export function MenuLink({ to, isAlone = false, children }: { to: string; isAlone?: boolean; children: ReactNode }) {
  const path = usePath();
  const isHere = path === to || (!isAlone && path.startsWith(`${to}/`));
  return (
    <Anchor href={to} className="menu-link" aria-current={isHere ? "page" : undefined}>
      {children}
    </Anchor>
  );
}

export function Anchor({ href = "/", onClick, ...rest }: ComponentProps<"a">) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (isPlain && !event.defaultPrevented) {
      event.preventDefault();
      go(href);
    }
  };
  return <a href={href} onClick={follow} {...rest} />;
}
