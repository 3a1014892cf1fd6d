// The same person in two tabs: neither lets them believe what the other has changed.
import { test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { forEachVariant, named } from "../support/for-each-variant.mjs";
import { Visit } from "../support/visit.mjs";

const CASTS = [{ person: "5" }, { person: "2" }];

forEachVariant("somebody with two tabs", { casts: CASTS }, (variant, _other, { person }) => {
  test(`is told in one what was done in the other: ${named(variant)}`, () => inTwoTabs(variant, person));
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
