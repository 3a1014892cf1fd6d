// A box to tick, never ticked beforehand. The browser's own: the theme's would double what a page loads for it.
import type { ReactNode } from "react";

interface CheckboxProps {
  id?: string;
  isTicked: boolean;
  onChange: (isTicked: boolean) => void;
  children: ReactNode;
}

export function Checkbox({ id, isTicked, onChange, children }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input id={id} type="checkbox" checked={isTicked} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}
