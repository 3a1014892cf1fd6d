// The provider's corner: the supervisor signs in, finds a participant, fills in hours, saves and submits; the administrator sees
// the accounts.
import { ok, strictEqual } from "node:assert";
import { after, before, describe, test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { named } from "../support/for-each-variant.mjs";
import { isWhole, people } from "../support/stack.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

// Whose month is corrected in which variant.
const CAST = ["15", "16"].slice(0, isWhole ? 2 : 1);

before(openBrowser);
after(closeBrowser);

// BankID stops both orders of somebody who has two at once, and there is one supervisor.
describe("a provider", { concurrency: 1 }, () => {
  for (const [index, number] of CAST.entries()) {
    const variant = VARIANTS[index];
    test(`corrects a month and submits it: ${named(variant)}`, () => corrects(variant, number));
    test(`sees the accounts: ${named(variant)}`, () => administers(variant));
  }
});

async function corrects(variant, number) {
  const visit = await Visit.begin(variant);
  const { page } = visit;
  await visit.open("/staff");
  await visit.heading("Logga in som anordnare", "Sign in as a provider").waitFor();
  await visit.look("staff-login");
  await visit.scan(people.supervisor, "approve");
  await page.locator('[data-state="/staff start"]').waitFor();
  await visit.look("staff-start");
  await page.getByRole("link", { name: visit.say("Inkorg", "Inbox"), exact: true }).click();
  await visit.heading("Inkorg", "Inbox").waitFor();
  await visit.look("staff-inbox");

  await page.getByRole("link", { name: visit.say("Deltagare", "Participants"), exact: true }).click();
  await page.getByRole("searchbox").fill(await caseOf(number));
  await page.keyboard.press("Enter");
  await page.locator(".card").nth(1).waitFor({ state: "detached" });
  await page.locator(".buttons button").first().click();
  await page.locator(".card a").first().click();
  const fields = page.locator(".grid-day input");
  await fields.first().waitFor();
  await visit.look("staff-month");

  ok((await fields.count()) > 10, "there is a field per day and activity");
  // One that holds hours, so that the day does not become too long.
  const values = await fields.evaluateAll((all) => all.map(({ value }) => value));
  const first = fields.nth(Math.max(0, values.findIndex(Boolean)));
  const before = await first.inputValue();
  await first.fill(before === "1" ? "2" : "1");
  await visit.button("Spara utkast", "Save the draft").click();
  await visit.text("Det är inte inlämnat än.", "It is not submitted yet.").waitFor();
  await visit.look("staff-month-saved");
  await visit.button("Lämna in månaden", "Submit the month").click();
  await visit.look("staff-month-submitting");
  await visit.button("Ja, lämna in", "Yes, submit").click();
  await visit.text("Deltagaren kan nu läsa den och svara.", "The participant can now read it and answer.").waitFor();
  await page.locator('[data-state="/staff/participants/:placementId/:month submitted"] .status').first().waitFor();
  await visit.look("staff-month-received");
  strictEqual(await first.inputValue(), before === "1" ? "2" : "1");
  await visit.button("Logga ut", "Sign out").click();
  await visit.heading("Logga in som anordnare", "Sign in as a provider").waitFor();
  await visit.end();
}

async function administers(variant) {
  const visit = await Visit.begin(variant);
  const { page } = visit;
  await visit.open("/staff/accounts");
  await visit.scan(people.administrator, "approve");
  await page.locator('[data-state="/staff/accounts list"]').waitFor();
  ok((await page.locator(".card").count()) >= 2, "there are two at least");
  await visit.look("staff-accounts");
  // What is not theirs is told so.
  await visit.open("/staff/participants");
  await page.locator('[data-state="staff notAllowed"]').waitFor();
  await visit.look("staff-not-allowed");
  await visit.end();
}

/** What the agency calls the participant's case. */
async function caseOf(number) {
  const participant = await Caller.signIn(people.participants[number], "PORTAL_PARTICIPANT");
  const { placements } = await participant.call("participants.v1.PlacementService/ListOwnPlacements", {});
  return placements[0].caseReference;
}
