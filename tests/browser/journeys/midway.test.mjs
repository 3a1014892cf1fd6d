// Cut off midway: the network is gone, the session ends, or somebody goes back, while a month is answered. Nothing that was
// filled in is lost, and the end is told clearly.
import { strictEqual } from "node:assert";
import { after, before, describe, test } from "node:test";

import { isWhole, people } from "../support/stack.mjs";
import { Caller, reopen, supervisor } from "../support/supervisor.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

// The first two have not consented to SCB, so that there is a box to tick.
const CAST = [
  { isCutOff: "13", isEnded: "9", goesBack: "0" },
  { isCutOff: "11", isEnded: "5", goesBack: "1" },
].slice(0, isWhole ? 2 : 1);

before(async () => {
  await openBrowser();
  const caller = await supervisor();
  await Promise.all(CAST.flatMap(Object.values).map((number) => reopen(caller, people.participants[number])));
});
after(closeBrowser);

describe("a participant who is interrupted while answering", { concurrency: 3 }, () => {
  for (const [index, cast] of CAST.entries()) {
    const [narrow, wide] = [VARIANTS[index], VARIANTS[1 - index]];
    const name = `${narrow.language}, ${narrow.width} px`;
    const personOf = (number) => people.participants[number];
    test(`keeps what was ticked, and the signature, without a network: ${name}`, () => cutOff(narrow, personOf(cast.isCutOff)));
    test(`keeps what was ticked when the session ends: ${name}`, () => ended(wide, personOf(cast.isEnded)));
    test(`goes back, and finds what is under way and what is done: ${name}`, () => goesBack(narrow, personOf(cast.goesBack)));
  }
});

async function begin(variant, person) {
  const visit = await Visit.begin(variant);
  await visit.enter("/months", await Caller.signIn(person, "PORTAL_PARTICIPANT"));
  await visit.page.locator(".card-link").first().click();
  await approveOf(visit).waitFor();
  return visit;
}

const boxOf = (visit) => visit.page.getByRole("checkbox", { name: "SCB" });

const approveOf = (visit) => visit.page.getByRole("button", { name: visit.say("skriv under", "and sign") });
const approved = (visit) => visit.text("Du har godkänt månaden.", "You have approved the month.").waitFor();
const consented = (visit) => visit.text("Du har samtyckt till", "You have consented to").waitFor();

async function cutOff(variant, person) {
  const visit = await begin(variant, person);
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
  await boxOf(visit).check();
  await visit.context.clearCookies();
  await approveOf(visit).click();
  await visit.text("Du har loggats ut.", "You have been signed out.").waitFor();
  await visit.scan(person, "approve");
  await approveOf(visit).waitFor();
  strictEqual(await boxOf(visit).isChecked(), true);
  await approveOf(visit).click();
  await visit.scan(person, "approve");
  await approved(visit);
  await consented(visit);
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
