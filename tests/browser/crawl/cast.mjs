// Who looks: somebody whose month waits and who has consented to nothing, somebody whose month was answered and sent, and
// whoever is not signed in.
import { people } from "../support/stack.mjs";
import { Caller, reopen, supervisor } from "../support/supervisor.mjs";

export const WAITING = "13";
export const ANSWERED = "3";
export const NOBODY = "nobody";

const PORTAL = "PORTAL_PARTICIPANT";

/** Cookies of each, and the id of the month of each. */
export async function gather() {
  await reopen(await supervisor(), people.participants[WAITING]);
  return Object.fromEntries(await Promise.all([WAITING, ANSWERED].map(async (number) => [number, await enter(number)])));
}

async function enter(number) {
  const caller = await Caller.signIn(people.participants[number], PORTAL);
  const { months } = await caller.call("attendance.v1.AnswerService/ListOwnMonths", {});
  return { cookies: caller.cookies, monthReportId: months[0].monthReportId };
}
