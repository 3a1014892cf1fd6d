// The participants that somebody works with, how far their month has come, and the way to their hours.
import { useState } from "react";

import { type MonthSummary, MonthStatus } from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Button, Buttons } from "@/shared/components/button";
import { TextField } from "@/shared/components/field";
import { Form } from "@/shared/components/form";
import { Loaded, ProblemNote } from "@/shared/components/loading";
import { Status, type Tone } from "@/shared/components/status";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { capitalised, type Month, useFormats } from "@/shared/language/format";
import { Anchor } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { PlacementFacts, placementName } from "../placement/placement";
import { useColleagues } from "../queries";
import { StaffPage } from "../staff-page";
import { monthsLater, monthToReport, today, written } from "../today";
import { monthKey, useMonths, usePlacements } from "./queries";
import { texts } from "./texts";

const TONES: Readonly<Record<MonthStatus, Tone>> = {
  [MonthStatus.UNSPECIFIED]: "neutral",
  [MonthStatus.NOT_BEGUN]: "neutral",
  [MonthStatus.DRAFT]: "waiting",
  [MonthStatus.WAITING]: "waiting",
  [MonthStatus.APPROVED]: "good",
  [MonthStatus.REJECTED]: "bad",
  [MonthStatus.LAPSED]: "neutral",
};

export default function ParticipantsPage() {
  const t = useTexts(texts);
  return (
    <StaffPage title={t.title} permission={Permission.REPORT_AND_PLAN}>
      {(account) => <Participants account={account} />}
    </StaffPage>
  );
}

function Participants({ account }: { account: Account }) {
  const t = useTexts(texts);
  const formats = useFormats();
  const { value: month, keep: setMonth } = useKept<Month>(monthKey(account), monthToReport(today()));
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const placements = usePlacements(account, search);
  const months = useMonths(account, month);
  const summaries = (placements.data ?? []).flatMap(({ placementId }) => months.data?.get(placementId) ?? []);
  const { data: colleagues } = useColleagues(account, (placements.data ?? []).flatMap(({ supervisorAccountId }) => supervisorAccountId ?? []));
  return (
    <>
      <Form name={t.search} onSend={() => setSearch(typed.trim())}>
        <TextField id="search" type="search" label={t.find} hint={t.findHint} value={typed} onChange={setTyped} />
        <Button kind="secondary" isSending>{t.search}</Button>
      </Form>
      <p className="lead" role="status">{capitalised(formats.month(month))}</p>
      {!search && summaries.length > 0 && <p>{t.submittedOf(summaries.filter(({ revision }) => revision > 0).length, summaries.length)}</p>}
      <Buttons>
        <Button kind="secondary" onPress={() => setMonth(monthsLater(month, -1))}>{t.show(formats.month(monthsLater(month, -1)))}</Button>
        <Button kind="secondary" onPress={() => setMonth(monthsLater(month, 1))}>{t.show(formats.month(monthsLater(month, 1)))}</Button>
      </Buttons>
      {months.isError && (
        <ProblemNote
          error={months.error}
          tryAgain={() => void months.refetch()}
          about={t.withoutMonths}
          shown={shows("/staff/participants", "withoutMonths")}
        />
      )}
      <Loaded query={placements}>
        {(all) =>
          all.length === 0 ? (
            <p role="status" {...shows("/staff/participants", "empty")}>{search ? t.notFound : t.none}</p>
          ) : (
            <ul className="cards" {...shows("/staff/participants", "list")}>
              {all.map((placement) => (
                <Row
                  key={placement.placementId}
                  account={account}
                  placement={placement}
                  month={month}
                  summary={months.data?.get(placement.placementId)}
                  isUnknown={months.isError}
                  supervisor={colleagues?.get(placement.supervisorAccountId ?? "")}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

interface RowProps {
  account: Account;
  placement: PlacementSummary;
  month: Month;
  summary: MonthSummary | undefined;
  /** How the months stand could not be read: whoever wants to report is not held up by that. */
  isUnknown: boolean;
  supervisor: string | undefined;
}

// Without a summary the placement has nothing to report in the month.
function Row({ account, placement, month, summary, isUnknown, supervisor }: RowProps) {
  const t = useTexts(texts);
  const formats = useFormats();
  const name = placementName(placement);
  return (
    <li className="card">
      <div className="card-head">
        <h2 className="card-title">{name}</h2>
        {summary && <Status tone={TONES[summary.status]}>{t.states[summary.status]}</Status>}
      </div>
      <PlacementFacts placement={placement} account={account} />
      {supervisor && <p className="small">{t.supervisor(supervisor)}</p>}
      {summary?.creditedMinutes !== undefined && <p>{t.reported(formats.hours(summary.creditedMinutes))}</p>}
      {summary?.hasDraft && summary.revision > 0 && <p>{t.hasCorrection}</p>}
      {(summary ?? isUnknown) && (
        <p>
          <Anchor
            href={`/staff/participants/${placement.placementId}/${written(month)}`}
            aria-label={t.hoursOf(name, formats.month(month))}
          >
            {t.hours(formats.month(month))}
          </Anchor>
        </p>
      )}
    </li>
  );
}
