// The number to give whoever helps, in groups of four so that it can be read out. What is selected or copied is the number alone.
import { Fragment, useRef, useState } from "react";

import { useTexts } from "@/shared/language/catalogue";

import { Button } from "./button";
import { texts } from "./texts";

export function TraceId({ id }: { id: string }) {
  const t = useTexts(texts);
  const number = useRef<HTMLSpanElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const groups = id.match(/.{1,4}/g) ?? [];
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id);
      setIsCopied(true);
    } catch {
      // Where that is not allowed it is selected at least.
      if (number.current) {
        getSelection()?.selectAllChildren(number.current);
      }
    }
  };
  return (
    <div className="trace">
      <span>{t.trace}</span>
      {/* Sign by sign: as words they could not be understood. */}
      <span className="only-read">{groups.map((group) => [...group].join(" ")).join(", ")}</span>
      <span ref={number} className="trace-id" aria-hidden>
        {groups.map((group, index) => (
          <Fragment key={index}>
            <span>{group}</span>
            <wbr />
          </Fragment>
        ))}
      </span>
      <Button kind="quiet" onPress={() => void copy()}>{t.copy}</Button> <span role="status">{isCopied && t.copied}</span>
    </div>
  );
}
