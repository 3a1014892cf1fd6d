// Asked once more before a month is rejected, and what to do first.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { AnswerService } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { ProblemNote } from "@/shared/components/loading";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import type { AnsweringProps } from "./answering";
import { forgetFilledIn, useUnsavedRemarks } from "./filled-in";
import { DAYS_PLACE, reveal } from "./go-to-place";
import { texts } from "./texts";
import { UnsavedRemarks } from "./unsaved-remarks";

const PATH = "/months/:monthReportId";

const client = clientOf(AnswerService);

interface RejectingProps extends AnsweringProps {
  onLeave: () => void;
}

export function Rejecting({ month, onStep, refresh, onLeave }: RejectingProps) {
  const t = useTexts(texts);
  const { summary } = month;
  const unsaved = useUnsavedRemarks(summary?.monthReportId ?? "");
  const [requestId] = useState(() => crypto.randomUUID());
  const reject = useMutation({
    mutationFn: () =>
      client.rejectMonth({
        requestId,
        monthReportId: summary?.monthReportId ?? "",
        revision: summary?.revision ?? 0,
      }),
    onSuccess: ({ rejectedAt }) => {
      forgetFilledIn(summary?.monthReportId ?? "");
      onStep({ kind: "rejected", at: rejectedAt, read: month });
      refresh();
    },
  });
  // A month that was corrected or answered meanwhile is read before it is decided on.
  const goOn = () => {
    if (problemOf(reject.error).next === "readAgain") {
      refresh();
      onLeave();
    } else {
      reject.mutate();
    }
  };
  // It may be done all the same: whoever leaves sees the month as it is by then.
  const isUnknown = isTriedAgain(reject.error);
  const leave = () => {
    if (isUnknown) {
      refresh();
    }
    onLeave();
  };
  return (
    <Dialog title={t.rejectTitle} onLeave={leave} shown={shows(PATH, "rejecting")}>
      {/* What went wrong takes its place, so that it is in sight beside the buttons. */}
      {!reject.isError && t.rejectText.map((text) => <p key={text}>{text}</p>)}
      <div className="stack" tabIndex={-1}>
        {unsaved.length > 0 ? (
          <>
            <p>{t.unsavedRemarks(unsaved.length)}</p>
            <UnsavedRemarks month={month} rows={unsaved} onLeave={onLeave} />
          </>
        ) : (
          month.remarksOffered && month.days.length > 0 && !reject.isError && <RemarkFirst onLeave={leave} />
        )}
      </div>
      {!reject.isError && (
        <p>
          {t.dayIsMissing} <Link to="/services">{t.toServices}</Link>
        </p>
      )}
      {reject.isError && <ProblemNote error={reject.error} tryAgain={goOn} beside={t.noWordOfAnswer} shown={shows(PATH, "notRejected")} />}
      <Buttons>
        <Button kind="danger" onPress={() => reject.mutate()} isPending={reject.isPending} isWide>
          {isUnknown ? t.tryAgain : t.rejectNow}
        </Button>
        <Button kind="secondary" onPress={leave} isWide>{isUnknown ? t.close : t.dontReject}</Button>
      </Buttons>
    </Dialog>
  );
}

function RemarkFirst({ onLeave }: { onLeave: () => void }) {
  const t = useTexts(texts);
  const goThere = () => {
    onLeave();
    // What is left gives the focus back first.
    requestAnimationFrame(() => reveal(DAYS_PLACE));
  };
  return (
    <>
      <p>{t.remarkBeforeRejecting}</p>
      <Button kind="quiet" onPress={goThere}>{t.remarkFirst}</Button>
    </>
  );
}
