// The provider's supervisor, by calls: corrects a month so that its participant may answer it anew.
import { Caller } from "./caller.mjs";
import { people } from "./stack.mjs";

export async function supervisor() {
  const caller = await Caller.signIn(people.supervisor, "PORTAL_STAFF");
  const { accounts } = await caller.call("staff.v1.AccountService/ListMyAccounts", {});
  caller.through(accounts[0].account?.accountId ?? accounts[0].accountId);
  return caller;
}

/** Takes an hour off the first day and submits: the participant sees what changed and may answer again. */
export async function correct(caller, month) {
  const of = { placementId: month.placementId, month: month.month };
  const read = await caller.call("attendance.v1.MonthService/GetMonth", of);
  const last = read.revisions.at(-1);
  const entries = last.days.flatMap(({ day, activities }) =>
    activities.map(({ activityCode, minutes }) => ({ day, activityCode, minutes })),
  );
  const longest = entries.find((entry) => entry.minutes > 60);
  longest.minutes -= 60;
  const { saved } = await caller.call("attendance.v1.MonthService/SaveMonthDraft", { ...of, etag: read.etag, entries });
  await caller.call("attendance.v1.MonthService/SubmitMonth", {
    ...of,
    requestId: crypto.randomUUID(),
    etag: saved.etag,
  });
}

/** Sees to it that the latest month of a participant waits for an answer, and tells which it is. */
export async function reopen(caller, number) {
  const participant = await Caller.signIn(number, "PORTAL_PARTICIPANT");
  const { months } = await participant.call("attendance.v1.AnswerService/ListOwnMonths", {});
  if (months[0].answer !== "ANSWER_WAITING") {
    await correct(caller, months[0]);
  }
  return months[0];
}
