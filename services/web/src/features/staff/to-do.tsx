// What there is to do now for whoever receives or reports: counted by two lists, each with the way to it.
import type { MonthSummary } from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { PlacementSummary } from "@/gen/deltaga/participants/v1/placement_pb";
import { Permission } from "@/gen/deltaga/policy/v1/policy_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { Busy, ProblemNote } from "@/shared/components/loading";
import { Section } from "@/shared/components/page";
import { forgetKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { Anchor } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { newOnes, reportsLeft } from "./counted";
import { useInbox } from "./inbox/queries";
import { monthKey, useMonths } from "./participants/queries";
import { holds } from "./permissions";
import { texts } from "./texts";
import { monthToReport, today } from "./today";

const INBOX = "/staff/inbox";
const PARTICIPANTS = "/staff/participants";

export function ToDo({ account }: { account: Account }) {
  const t = useTexts(texts);
  const may = (permission: Permission) => holds(account, permission, today());
  const [receives, reports] = [may(Permission.RECEIVE_PARTICIPANTS), may(Permission.REPORT_AND_PLAN)];
  const inbox = useInbox(account, receives);
  const months = useMonths(account, monthToReport(today()), reports);
  const failed = [inbox, months].filter(({ isError }) => isError);
  const isCounting = inbox.isLoading || months.isLoading;
  if (!receives && !reports) {
    return null;
  }
  return (
    <Section title={t.toDo}>
      {isCounting && <Busy shown={shows("/staff", "counting")}>{t.counting}</Busy>}
      {failed[0] && (
        <ProblemNote
          error={failed[0].error}
          tryAgain={() => failed.forEach((query) => void query.refetch())}
          about={t.notCounted}
          shown={shows("/staff", "notCounted")}
        />
      )}
      <Counted account={account} placements={inbox.data} months={months.data} isWhole={!isCounting && failed.length === 0} />
    </Section>
  );
}

interface CountedProps {
  account: Account;
  placements: readonly PlacementSummary[] | undefined;
  months: ReadonlyMap<string, MonthSummary> | undefined;
  /** Whether nothing is missing that there could be to do. */
  isWhole: boolean;
}

function Counted({ account, placements, months, isWhole }: CountedProps) {
  const t = useTexts(texts);
  const month = useFormats().month(monthToReport(today()));
  const { unassigned, interrupted } = newOnes(placements ?? []);
  const { rejected, notSubmitted } = reportsLeft(months?.values() ?? []);
  const left = [
    { count: unassigned, to: INBOX, text: t.unassigned(unassigned) },
    { count: rejected, to: PARTICIPANTS, text: t.rejected(rejected, month) },
    { count: notSubmitted, to: PARTICIPANTS, text: t.notSubmitted(notSubmitted, month) },
    { count: interrupted, to: INBOX, text: t.interrupted(interrupted) },
  ].filter(({ count }) => count > 0);
  if (left.length > 0) {
    return (
      <ul className="ways" {...shows("/staff", "toDo")}>
        {left.map(({ to, text }) => (
          <li key={text}>
            {/* The list begins with the month that is counted. */}
            <Anchor href={to} onClick={() => forgetKept(monthKey(account))}>{text}</Anchor>
          </li>
        ))}
      </ul>
    );
  }
  return isWhole && (
    <p {...shows("/staff", "nothingToDo")}>{[placements && t.noneNew, months && t.noneToReport(month)].filter(Boolean).join(" ")}</p>
  );
}
