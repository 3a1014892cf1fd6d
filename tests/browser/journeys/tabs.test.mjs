// The same person in two tabs: neither lets them believe what the other has changed.
import { after, before, describe, test } from "node:test";

import { isWhole, people } from "../support/stack.mjs";
import { Caller, reopen, supervisor } from "../support/supervisor.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

const CAST = ["5", "2"].slice(0, isWhole ? 2 : 1);

before(async () => {
  await openBrowser();
  const caller = await supervisor();
  await Promise.all(CAST.map((number) => reopen(caller, people.participants[number])));
});
after(closeBrowser);

describe("somebody with two tabs", { concurrency: 2 }, () => {
  for (const [index, number] of CAST.entries()) {
    const variant = VARIANTS[index];
    test(`is told in one what was done in the other: ${variant.language}, ${variant.width} px`, () =>
      inTwoTabs(variant, people.participants[number]));
  }
});

async function inTwoTabs(variant, person) {
  const visit = await Visit.begin(variant);
  const { page } = visit;
  await visit.enter("/months", await Caller.signIn(person, "PORTAL_PARTICIPANT"));
  await page.locator(".card-link").first().click();
  await visit.button("Avvisa månaden", "Reject the month").waitFor();
  const other = await visit.tab();
  await other.goto(page.url());
  const approve = other.getByRole("button", { name: visit.say("skriv under", "and sign") });
  await approve.waitFor();

  await page.bringToFront();
  await visit.button("Avvisa månaden", "Reject the month").click();
  await visit.button("Ja, avvisa", "Yes, reject").click();
  await visit.text("Du har avvisat månaden.", "You have rejected the month.").waitFor();

  await other.bringToFront();
  await approve.click();
  await other.getByText(visit.say("Månaden är redan besvarad.", "The month has been answered already.")).waitFor();
  await other.getByRole("button", { name: visit.say("Läs in på nytt", "Load it again") }).click();
  await other.locator('[data-state="/months/:monthReportId answered"]').waitFor();
  await other.getByText(visit.say("Avvisad", "Rejected"), { exact: true }).waitFor();

  await page.bringToFront();
  await visit.button("Logga ut", "Sign out").click();
  await visit.heading("Logga in", "Sign in").waitFor();
  await other.bringToFront();
  await other.getByText(visit.say("Du har loggats ut.", "You have been signed out.")).waitFor();
  await visit.end(/answer 4\d\d to .*PrepareApproval/);
}
