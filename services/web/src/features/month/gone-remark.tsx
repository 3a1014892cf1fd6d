// A remark that is written on a row that a correction took away: it is shown to be copied, and given up by whoever wants to.
import { useRef } from "react";

import { Button } from "@/shared/components/button";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { remarkKey, type RowOf } from "./remarks";
import { texts } from "./texts";

interface GoneRemarkProps {
  monthReportId: string;
  row: RowOf;
  rowName: string;
}

export function GoneRemark({ monthReportId, row, rowName }: GoneRemarkProps) {
  const t = useTexts(texts);
  const { value: written, settle } = useKept(remarkKey(monthReportId, row), "");
  const place = useRef<HTMLParagraphElement>(null);
  const drop = () => {
    // The button goes with it, and would take the focus along.
    place.current?.closest<HTMLElement>('[tabindex="-1"]')?.focus({ preventScroll: true });
    settle("");
  };
  return (
    <>
      {t.rowIsGone(rowName)}
      <p ref={place} className="remark-text" {...shows("/months/:monthReportId", "goneRemark")}>{written}</p>
      <Button kind="quiet" name={t.dropRemarkOn(rowName)} onPress={drop}>{t.dropRemark}</Button>
    </>
  );
}
