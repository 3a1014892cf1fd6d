// One month: what is reported, what an answer does, the answer itself, and where the month has come since.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { AnswerService, type OwnMonth } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { consentsKey } from "@/features/consent/queries";
import { ownMonthsKey } from "@/features/months/queries";
import { documentsUnderWay } from "@/features/signing/signing-panel";
import type { Document, Outcome } from "@/features/signing/signing";
import { Loaded } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { clientOf } from "@/shared/connection/transport";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, useFormats } from "@/shared/language/format";
import { Link } from "@/shared/navigation/link";
import type { Parts } from "@/shared/navigation/routes";

import { Answering } from "./answering";
import { Answered } from "./answered";
import { Receipt } from "./receipt";
import { Report } from "./report";
import { Signing } from "./signing";
import { texts } from "./texts";

const client = clientOf(AnswerService);

/** Where whoever answers has come. */
export type Step =
  | { readonly kind: "reading" }
  | { readonly kind: "signing"; readonly documents: readonly Document[] }
  | { readonly kind: "receipt"; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "rejected" };

export default function MonthPage({ parts }: { parts: Parts }) {
  const monthReportId = parts.monthReportId ?? "";
  const month = useQuery({
    queryKey: ["own-month", monthReportId],
    queryFn: async () => (await client.getOwnMonth({ monthReportId })).month,
  });
  return <Loaded query={month}>{(found) => found && <MonthSteps month={found} />}</Loaded>;
}

function MonthSteps({ month }: { month: OwnMonth }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const queries = useQueryClient();
  const { summary } = month;
  const purpose = `month ${summary?.monthReportId ?? ""}`;
  const [step, setStep] = useState<Step>(() => {
    const documents = documentsUnderWay(purpose);
    return documents ? { kind: "signing", documents } : { kind: "reading" };
  });
  if (!summary?.month) {
    return null;
  }
  const refresh = () => {
    for (const queryKey of [["own-month", summary.monthReportId], ownMonthsKey, consentsKey, ["explain"]]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
  const name = capitalised(formats.month(summary.month));
  const back = (
    <p className="above">
      <Link to="/months">{t.back}</Link>
    </p>
  );
  switch (step.kind) {
    case "signing":
      return (
        <Page key="signing" title={t.signing(name)} above={back}>
          <Signing
            purpose={purpose}
            month={month}
            documents={step.documents}
            onDone={(outcomes) => {
              setStep({ kind: "receipt", outcomes });
              refresh();
            }}
            onLeave={() => setStep({ kind: "reading" })}
          />
        </Page>
      );
    case "receipt":
    case "rejected":
      return (
        <Page key="receipt" title={name} above={back}>
          <Receipt step={step} month={month} onOutcomes={(outcomes) => setStep({ kind: "receipt", outcomes })} />
        </Page>
      );
    case "reading":
      return (
        <Page key="reading" title={name} above={back}>
          <Report month={month} />
          {summary.answer === Answer.WAITING ? (
            <Answering month={month} onStep={setStep} refresh={refresh} />
          ) : (
            <Answered month={month} />
          )}
        </Page>
      );
  }
}
