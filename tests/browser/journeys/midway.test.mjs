// Cut off midway: the network is gone, the session ends, or somebody goes back, while a month is answered. Nothing that was
// filled in is lost, and the end is told clearly.
import { strictEqual } from "node:assert";
import { test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { forEachVariant, named } from "../support/for-each-variant.mjs";
import { Visit } from "../support/visit.mjs";

// The first two have not consented to SCB, so that there is a box to tick.
const CASTS = [
  { isCutOff: "13", isEnded: "9", goesBack: "0" },
  { isCutOff: "11", isEnded: "5", goesBack: "1" },
];

forEachVariant("a participant who is interrupted while answering", { casts: CASTS, concurrency: 3 }, (narrow, wide, persons) => {
  test(`keeps what was ticked, and the signature, without a network: ${named(narrow)}`, () => cutOff(narrow, persons.isCutOff));
  test(`keeps what was ticked and written when the session ends: ${named(wide)}`, () => ended(wide, persons.isEnded));
  test(`goes back, and finds what is under way and what is done: ${named(narrow)}`, () => goesBack(narrow, persons.goesBack));
});

async function begin(variant, person) {
  const visit = await Visit.begin(variant);
  await visit.enter("/months", await Caller.signIn(person, "PORTAL_PARTICIPANT"));
  await visit.page.locator(".card-link").first().click();
  await approveOf(visit).waitFor();
  return visit;
}

const choose = (visit) => visit.page.locator("summary", { hasText: visit.say("Läs mer", "Read more") }).click();
const boxOf = (visit) => visit.page.getByRole("checkbox", { name: "SCB" });

const WRITTEN = "Jag gick hem klockan tre.";
const openDays = (visit) => visit.page.getByText(visit.say("Visa dag för dag", "Show day by day")).click();
const remarkOf = (visit) => visit.page.getByRole("button", { name: visit.say("Skriv en kommentar om", "Write a remark on") });

const approveOf = (visit) => visit.page.getByRole("button", { name: visit.say("skriv under", "and sign") });
const approved = (visit) => visit.text("Du har godkänt månaden.", "You have approved the month.").waitFor();
const consented = (visit) => visit.text("Du har samtyckt till", "You have consented to").waitFor();

async function cutOff(variant, person) {
  const visit = await begin(variant, person);
  await choose(visit);
  await boxOf(visit).check();
  await visit.context.setOffline(true);
  await approveOf(visit).click();
  await visit.button("Försök igen", "Try again").waitFor();
  await visit.look("month-without-network");
  strictEqual(await boxOf(visit).isChecked(), true);
  await visit.context.setOffline(false);
  await visit.button("Försök igen", "Try again").click();
  await visit.scan(person, "approve");
  await visit.context.setOffline(true);
  await visit.text("Ingen kontakt just nu.", "No contact right now.").waitFor();
  await visit.context.setOffline(false);
  await approved(visit);
  await consented(visit);
  await visit.end(/ERR_INTERNET_DISCONNECTED/);
}

async function ended(variant, person) {
  const visit = await begin(variant, person);
  await choose(visit);
  await boxOf(visit).check();
  await openDays(visit);
  await remarkOf(visit).first().click();
  await visit.page.locator("textarea").fill(WRITTEN);
  await visit.context.clearCookies();
  await approveOf(visit).click();
  await visit.text("Du har loggats ut.", "You have been signed out.").waitFor();
  await visit.scan(person, "approve");
  await approveOf(visit).waitFor();
  strictEqual(await boxOf(visit).isChecked(), true);
  strictEqual(await visit.page.locator("textarea").inputValue(), WRITTEN);
  await visit.button("Spara kommentaren", "Save the remark").click();
  await visit.page.locator(".remark-text", { hasText: WRITTEN }).waitFor();
  await approveOf(visit).click();
  await visit.scan(person, "approve");
  await approved(visit);
  await consented(visit);
  // The receipt tells what was written too.
  await visit.page.locator(".written", { hasText: WRITTEN }).waitFor();
  await visit.end(/answer 401 to/);
}

async function goesBack(variant, person) {
  const visit = await begin(variant, person);
  await approveOf(visit).click();
  await visit.button("BankID på en annan enhet", "BankID on another device").click();
  await visit.page.locator(".qr").waitFor();
  await visit.page.goBack();
  await visit.heading("Mina månader", "My months").waitFor();
  await visit.page.goForward();
  await visit.page.locator(".qr").waitFor();
  await visit.showCode(person, "approve");
  await approved(visit);
  await visit.page.goBack();
  await visit.page.locator(".card", { hasText: visit.say("Godkänd", "Approved") }).first().waitFor();
  await visit.button("Logga ut", "Sign out").click();
  await visit.heading("Logga in", "Sign in").waitFor();
  // Whoever comes after sees nothing of it.
  await visit.page.goBack();
  await visit.page.waitForURL("**/months");
  await visit.heading("Logga in", "Sign in").waitFor();
  strictEqual(await visit.page.locator(".card").count(), 0);
  await visit.end();
}
