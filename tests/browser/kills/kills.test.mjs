// The gateway, identity and attendance are killed in turn while somebody approves and signs, at three moments. The person is
// told one thing that leaves no doubt, and the database says the same.
import { ok, strictEqual } from "node:assert";
import { after, before, test } from "node:test";

import { order } from "../support/backstage.mjs";
import { Caller } from "../support/caller.mjs";
import { isWhole, people } from "../support/stack.mjs";
import { reopen, supervisor } from "../support/supervisor.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

const VICTIMS = ["gateway", "identity", "attendance"];
const MOMENTS = ["prepares", "shows the code", "has signed"];
/** Each kill has somebody of its own, so that one that goes wrong does not spoil the next. */
const PEOPLE = ["0", "1", "2", "5", "7", "9", "11", "15", "16"];

const ALL = VICTIMS.flatMap((victim, row) => MOMENTS.map((moment, column) => ({ victim, moment, isUsual: row === column })));
// `make test` kills each once, each at another moment; `make browser` each at every moment.
const KILLS = isWhole ? ALL : ALL.filter(({ isUsual }) => isUsual);

const OUTCOMES = [
  { sv: "Du har godkänt månaden.", en: "You have approved the month.", holds: "approved by approved" },
  { sv: "Du avbröt.", en: "You cancelled.", holds: "waiting" },
  { sv: "Något avbröts hos oss. Börja om.", en: "Something was interrupted on our side. Start again.", holds: "waiting" },
];

before(async () => {
  await openBrowser();
  const caller = await supervisor();
  await Promise.all(KILLS.map((_, index) => reopen(caller, people.participants[PEOPLE[index]])));
});
after(closeBrowser);

for (const [index, { victim, moment }] of KILLS.entries()) {
  const variant = VARIANTS[index % VARIANTS.length];
  test(`${victim} is killed while somebody ${moment}`, (context) => killed(context, { victim, moment }, variant, PEOPLE[index]));
}

async function killed(context, { victim, moment }, variant, number) {
  const person = people.participants[number];
  const visit = await Visit.begin(variant);
  await visit.enter("/months", await Caller.signIn(person, "PORTAL_PARTICIPANT"));
  await visit.page.locator(".card-link").first().click();
  const approve = visit.page.getByRole("button", { name: visit.say("skriv under", "and sign") });
  await approve.waitFor();
  const monthReportId = new URL(visit.page.url()).pathname.split("/").at(-1);
  strictEqual(await order(`answer ${monthReportId}`), "waiting");

  switch (moment) {
    case "prepares":
      await order(`kill ${victim}`);
      await approve.click();
      await order(`start ${victim}`);
      await goOn(visit, approve);
      await visit.scan(person, "approve");
      break;
    case "shows the code":
      await approve.click();
      await visit.button("BankID på en annan enhet", "BankID on another device").click();
      await visit.page.locator(".qr").waitFor();
      await order(`kill ${victim}`);
      await visit.text("Ingen kontakt just nu.", "No contact right now.").or(visit.page.locator(".qr")).first().waitFor();
      await order(`start ${victim}`);
      await visit.showCode(person, "approve");
      break;
    case "has signed":
      await approve.click();
      await visit.scan(person, "approve");
      await order(`kill ${victim}`);
      await order(`start ${victim}`);
      break;
  }

  const told = await outcome(visit);
  const held = await order(`answer ${monthReportId}`);
  strictEqual(held, told.holds, `told "${told[visit.language]}"`);
  await visit.look(`killed-${victim}-${moment}`);
  // Whoever loads the page anew is told the same.
  await visit.page.reload();
  const place = "/months/:monthReportId";
  const later = held === "waiting" ? ["waiting", "corrected", "unchanged", "zero"] : ["answered"];
  await visit.page.locator(later.map((state) => `[data-state="${place} ${state}"]`).join(", ")).waitFor();
  strictEqual(await order(`answer ${monthReportId}`), held);
  context.diagnostic(`kills: ${victim}, while somebody ${moment}: told "${told[visit.language]}", held as "${held}"`);
  await visit.end(/answer 50\d to|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_SOCKET/);
}

// What was asked for while nobody was there may have gone through when somebody was, or is asked for once more.
async function goOn(visit, approve) {
  const device = visit.button("BankID på en annan enhet", "BankID on another device");
  const again = visit.button("Försök igen", "Try again");
  await device.or(again).first().waitFor();
  if (await again.isVisible()) {
    await again.click();
  }
  await device.waitFor();
}

/** The one thing that the person is told in the end. */
async function outcome(visit) {
  const notes = OUTCOMES.map((told) => ({ ...told, note: visit.page.getByText(told[visit.language], { exact: true }) }));
  const askAgain = visit.button("Hämta beskedet igen", "Get the outcome again");
  const any = notes.map(({ note }) => note).reduce((one, other) => one.or(other));
  await any.or(askAgain).first().waitFor();
  if (await askAgain.isVisible()) {
    // It is signed, and what it led to was not to be had then: now it is.
    await askAgain.click();
    await any.first().waitFor();
  }
  strictEqual(await any.count(), 1);
  for (const { note, ...told } of notes) {
    if (await note.isVisible()) {
      return told;
    }
  }
  ok(false, "nothing is told");
}
