// Who looks: somebody whose month waits and who has consented to nothing, somebody whose month was answered and sent, whoever
// is not signed in, and two of a provider.
import { Caller } from "../support/caller.mjs";
import { people } from "../support/stack.mjs";
import { reopen, supervisor } from "../support/supervisor.mjs";

export const WAITING = "13";
export const ANSWERED = "3";
export const NOBODY = "nobody";
export const SUPERVISOR = "supervisor";
export const ADMINISTRATOR = "administrator";

/** Cookies of each, and the id of the month of each participant. */
export async function gather() {
  await reopen(await supervisor(), people.participants[WAITING]);
  const entering = [
    ...[WAITING, ANSWERED].map(async (number) => [number, await enter(number)]),
    ...[SUPERVISOR, ADMINISTRATOR].map(async (who) => [who, await enterAsStaff(people[who])]),
  ];
  return Object.fromEntries(await Promise.all(entering));
}

async function enterAsStaff(number) {
  const { cookies } = await Caller.signIn(number, "PORTAL_STAFF");
  return { cookies };
}

async function enter(number) {
  const caller = await Caller.signIn(people.participants[number], "PORTAL_PARTICIPANT");
  const { months } = await caller.call("attendance.v1.AnswerService/ListOwnMonths", {});
  return { cookies: caller.cookies, monthReportId: months[0].monthReportId };
}
