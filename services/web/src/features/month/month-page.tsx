// One month: what is reported, what an answer does, the answer itself, and where the month has come since.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { useRefreshConsents } from "@/features/consent/queries";
import { ownMonthsKey } from "@/features/months/queries";
import { documentsUnderWay } from "@/features/signing/signing-panel";
import type { Document, Outcome } from "@/features/signing/signing";
import { Loaded } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import type { Parts } from "@/shared/navigation/routes";
import { type Shown, shows } from "@/shared/navigation/states";

import { Answering } from "./answering";
import { Answered } from "./answered";
import { forgetFilledIn } from "./filled-in";
import { ownMonthKey, useOwnMonth } from "./own-month";
import { Receipt } from "./receipt";
import { Report } from "./report";
import { Signing } from "./signing";
import { texts } from "./texts";

const PATH = "/months/:monthReportId";

/** Where whoever answers has come. What was read is kept as it was: it is what is signed, whatever is corrected meanwhile. */
export type Step =
  | { readonly kind: "reading" }
  | { readonly kind: "signing"; readonly documents: readonly Document[]; readonly read: OwnMonth }
  | { readonly kind: "receipt"; readonly outcomes: readonly Outcome[]; readonly read: OwnMonth }
  | { readonly kind: "rejected"; readonly at: Timestamp | undefined; readonly read: OwnMonth };

export default function MonthPage({ parts }: { parts: Parts }) {
  const t = useTexts(texts);
  const monthReportId = parts.monthReportId ?? "";
  const month = useOwnMonth(monthReportId);
  if (month.data) {
    return <MonthSteps month={month.data} />;
  }
  return (
    <Page title={t.aMonth} above={<Back />}>
      <Loaded query={month}>{() => null}</Loaded>
    </Page>
  );
}

function Back() {
  const t = useTexts(texts);
  return (
    <p className="above">
      <Link to="/months">{t.back}</Link>
    </p>
  );
}

function MonthSteps({ month }: { month: OwnMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const queries = useQueryClient();
  const refreshConsents = useRefreshConsents();
  const { summary } = month;
  const purpose = `month ${summary?.monthReportId ?? ""}`;
  const [step, setStep] = useState<Step>(() => {
    const documents = documentsUnderWay(purpose);
    return documents ? { kind: "signing", documents, read: month } : { kind: "reading" };
  });
  if (!summary?.month) {
    return null;
  }
  const refresh = () => {
    for (const queryKey of [ownMonthKey(summary.monthReportId), ownMonthsKey]) {
      void queries.invalidateQueries({ queryKey });
    }
    void refreshConsents();
  };
  const name = capitalised(formats.month(summary.month));
  const back = <Back />;
  switch (step.kind) {
    case "signing":
      return (
        <Page key="signing" title={t.signing(name)} above={back} shown={shows(PATH, "signing")}>
          <Signing
            purpose={purpose}
            read={step.read}
            documents={step.documents}
            onDone={(outcomes) => {
              forgetFilledIn(summary.monthReportId);
              setStep({ kind: "receipt", outcomes, read: step.read });
              refresh();
            }}
            onLeave={() => setStep({ kind: "reading" })}
          />
        </Page>
      );
    case "receipt":
    case "rejected":
      return (
        <Page key="receipt" title={name} above={back} shown={shows(PATH, afterwards(step))}>
          <Receipt
            step={step}
            onStep={(next) => {
              setStep(next);
              refresh();
            }}
          />
        </Page>
      );
    case "reading":
      return (
        <Page key="reading" title={name} above={back} shown={read(month)}>
          <Report month={month} />
          {summary.answer === Answer.WAITING ? (
            <Answering key={summary.revision} month={month} onStep={setStep} refresh={refresh} />
          ) : (
            <Answered month={month} />
          )}
        </Page>
      );
  }
}

function read({ summary, days, answeredRevision, changes }: OwnMonth): Shown {
  if (summary?.answer !== Answer.WAITING) {
    return shows(PATH, "answered");
  }
  if (answeredRevision !== undefined) {
    return shows(PATH, changes.length > 0 ? "corrected" : "unchanged");
  }
  return shows(PATH, days.length > 0 ? "waiting" : "zero");
}

function afterwards(step: Extract<Step, { kind: "receipt" | "rejected" }>): "receipt" | "rejected" | "unread" {
  if (step.kind === "rejected") {
    return step.kind;
  }
  return step.outcomes.some((outcome) => outcome.kind === "unread") ? "unread" : "receipt";
}
