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
  // The list begins with the month that is to be reported.
  await page.locator(".card a").first().click();
  await page.locator(state("allSubmitted")).waitFor();
  strictEqual(await submit(visit).count(), 0, "what is submitted is not submitted again");
  await visit.look("staff-month");

  const first = await firstFilled(page);
  const text = "0,75";
  await first.fill(text);
  await reads(first, visit.say("= 45 minuter, redovisas som 1 timme", "= 45 minutes, reported as 1 hour"));
  await foldsWhatIsWrong(visit, first, text);
  await forgetsWhatWasRefused(visit, first, text);
  await visit.button("Spara utkast", "Save the draft").click();
  await visit.text("Det är inte inlämnat än.", "It is not submitted yet.").waitFor();
  await visit.look("staff-month-saved");
  await submit(visit).click();
  await visit.text("Deltagaren får läsa att du har redovisat", "The participant will read that you have reported").waitFor();
  await visit.look("staff-month-submitting");
  await visit.button("Ja, lämna in", "Yes, submit").click();
  await visit.text("Deltagaren kan nu läsa den och svara.", "The participant can now read it and answer.").waitFor();
  await page.locator(`${state("submitted")} .status`).waitFor();
  strictEqual(await submit(visit).count(), 0, "all is submitted");
  ok(await page.locator("#content .stack[tabindex]").evaluate((place) => place === document.activeElement), "the focus is not lost");
  await visit.look("staff-month-received");
  strictEqual(await first.inputValue(), "0:45");
  await visit.button("Logga ut", "Sign out").click();
  await visit.heading("Logga in som anordnare", "Sign in as a provider").waitFor();
  await visit.end(/answer 400 to .*SaveMonthDraft/);
}

const state = (name) => `[data-state="/staff/participants/:placementId/:month ${name}"]`;
const submit = (visit) => visit.button("Lämna in månaden", "Submit the month");

/** Unfolds every week. A field that holds hours: with more in another one the day might become too long. */
async function firstFilled(page) {
  const folded = page.locator(".grid-week:not([open]) > summary");
  while ((await folded.count()) > 0) {
    await folded.first().press("Enter");
  }
  const fields = page.locator(".grid-day input");
  ok((await fields.count()) > 10, "there is a field per day and activity");
  const values = await fields.evaluateAll((all) => all.map(({ value }) => value));
  return fields.nth(Math.max(0, values.findIndex(Boolean)));
}

/** The field is described by how it is understood. */
async function reads(field, wanted) {
  const description = (element) => document.getElementById(element.getAttribute("aria-describedby"))?.textContent.replaceAll("\u00a0", " ");
  strictEqual(await field.evaluate(description), wanted);
}

/** A week that is folded keeps what is typed, and opens where it is wrong. */
async function foldsWhatIsWrong(visit, field, text) {
  const id = await field.getAttribute("id");
  const week = visit.page.locator(".grid-week", { has: visit.page.locator(`[id="${id}"]`) });
  await field.fill("sju");
  await week.locator("summary").press("Enter");
  await field.waitFor({ state: "hidden" });
  await visit.button("Spara utkast", "Save the draft").click();
  await visit.page.locator(state("wrong")).waitFor();
  await field.waitFor();
  strictEqual(await field.inputValue(), "sju");
  await week.locator("summary").press("Enter");
  await visit.page.locator(`${state("wrong")} a`).first().click();
  ok(await field.evaluate((element) => element === document.activeElement), "the link unfolds the week");
  await field.fill(text);
}

/** What the service refuses of a field is told there until the field says something else. */
async function forgetsWhatWasRefused(visit, field, text) {
  const fault = visit.page.locator(`[id="${await field.getAttribute("id")}-fault"]`);
  await field.fill("25");
  await visit.button("Spara utkast", "Save the draft").click();
  await fault.waitFor();
  const outcome = visit.say("Det du har fyllt i är inte sparat.", "What you have filled in is not saved.");
  await visit.page.locator(state("wrong")).filter({ hasText: outcome }).waitFor();
  await visit.look("staff-month-refused");
  await field.fill(text);
  await fault.waitFor({ state: "detached" });
  strictEqual(await visit.page.locator(state("wrong")).count(), 0, "what is wrong no longer is not told above either");
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
