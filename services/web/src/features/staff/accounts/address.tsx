// An address of e-mail, which is broken after its signs where there is no room for it.
import { Fragment } from "react";

export function Address({ children }: { children: string }) {
  const parts = children.match(/[^@.]+[@.]?|[@.]/g) ?? [];
  return parts.map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
