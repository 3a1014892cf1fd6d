// The participant's own words on a row: read by everybody who reads the month, written and changed until it is answered.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { AnswerService, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import type { RowRemark } from "@/gen/deltaga/attendance/v1/month_pb";
import { Button, Buttons } from "@/shared/components/button";
import { faultsOf } from "@/shared/components/faults";
import { TextArea } from "@/shared/components/field";
import { Form } from "@/shared/components/form";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { ProblemNote } from "@/shared/components/loading";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { ownMonthKey } from "./own-month";
import { isRemarkable, remarkFieldId, remarkKey, remarkOn, type RowOf, withRemark } from "./remarks";
import { texts } from "./texts";

const PATH = "/months/:monthReportId";
const MOST_CHARACTERS = 500;

const client = clientOf(AnswerService);

interface RemarkProps {
  month: OwnMonth;
  row: RowOf;
  /** What the row is called where it is not seen. */
  rowName: string;
}

export function Remark({ month, row, rowName }: RemarkProps) {
  const t = useTexts(texts);
  const saved = remarkOn(month.remarks, row);
  const key = remarkKey(month.summary?.monthReportId ?? "", row);
  const { value: written, keep, settle } = useKept<string | undefined>(key, undefined);
  const place = useKeptFocus<HTMLDivElement>(`${written === undefined} ${saved?.text}`);
  if (!isRemarkable(month)) {
    return saved ? <RemarkText remark={saved} /> : null;
  }
  return (
    <div ref={place} tabIndex={-1} className="remark">
      {saved && written === undefined && <RemarkText remark={saved} shown />}
      {written === undefined ? (
        <Button kind="quiet" name={(saved ? t.changeRemarkOn : t.remarkOn)(rowName)} onPress={() => keep(saved?.text ?? "")}>
          {saved ? t.changeRemark : t.remark}
        </Button>
      ) : (
        <Writing month={month} row={row} rowName={rowName} saved={saved} written={written} keep={keep} onDone={() => settle(undefined)} />
      )}
    </div>
  );
}

export function RemarkText({ remark, shown = false }: { remark: RowRemark; shown?: boolean }) {
  const t = useTexts(texts);
  return (
    <div {...(shown && shows(PATH, "remarked"))}>
      <p className="remark-text">
        <span className="small">{t.yourRemark}</span> {remark.text}
      </p>
      <p className="small">{t.remarkSeen}</p>
    </div>
  );
}

interface WritingProps extends RemarkProps {
  saved: RowRemark | undefined;
  written: string;
  keep: (written: string) => void;
  onDone: () => void;
}

function Writing({ month, row, rowName, saved, written, keep, onDone }: WritingProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const id = remarkFieldId(row);
  const [sent, setSent] = useState(written);
  const save = useSaving(month, row, onDone);
  const fault = tooLong(written, t.tooLong) ?? (sent === written ? faultsOf(save.error, { text: id }, language)[id] : undefined);
  const send = (text: string) => {
    setSent(text);
    save.mutate(text);
  };
  return (
    <Form name={t.remarkOn(rowName)} onSend={() => !tooLong(written, t.tooLong) && send(written)}>
      <div {...shows(PATH, fault ? "remarkWrong" : "remarking")}>
        <TextArea id={id} label={t.yourRemark} hint={t.remarkHint} value={written} onChange={keep} fault={fault} />
      </div>
      {save.isError && !fault && (
        <ProblemNote
          error={save.error}
          tryAgain={() => send(sent)}
          {...(problemOf(save.error).next === "tryAgain" && { beside: t.remarkNotSaved })}
          shown={shows(PATH, "notRemarked")}
        />
      )}
      <Buttons>
        <Button kind="secondary" isSending isPending={save.isPending}>
          {isTriedAgain(save.error) && !fault ? t.tryAgain : t.saveRemark}
        </Button>
        {saved && <Button kind="quiet" onPress={() => send("")}>{t.removeRemark}</Button>}
        <Button kind="quiet" onPress={onDone}>{t.leaveRemark}</Button>
      </Buttons>
    </Form>
  );
}

function useSaving(month: OwnMonth, row: RowOf, onDone: () => void) {
  const queries = useQueryClient();
  const { monthReportId = "", revision = 0 } = month.summary ?? {};
  return useMutation({
    mutationFn: async (text: string) =>
      (await client.setRowRemark({ monthReportId, revision, day: row.day, activityCode: row.activityCode, text: text.trim() })).remark,
    onSuccess: (now) => {
      queries.setQueryData<OwnMonth>(ownMonthKey(monthReportId), (read) =>
        read?.summary?.revision === revision ? { ...read, remarks: withRemark(read.remarks, row, now) } : read,
      );
      onDone();
    },
    onError: (error) => {
      // A correction, or an answer in another tab: the month is read anew, and what was written stays.
      if (problemOf(error).next === "readAgain") {
        void queries.invalidateQueries({ queryKey: ownMonthKey(monthReportId) });
      }
    },
  });
}

function tooLong(written: string, say: (over: number) => string): string | undefined {
  const over = [...written.trim()].length - MOST_CHARACTERS;
  return over > 0 ? say(over) : undefined;
}
