// What happens to whoever is interrupted: the network is cut, the session ends, a newer build is served, the page is loaded anew.
import { deepStrictEqual } from "node:assert";
import { after, before, describe, test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { act, pages, people } from "../support/stack.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

// Each visit has its own person: BankID stops both orders of somebody who has two at once.
const CAST = [
  { isCutOff: "3", isEnded: "6" },
  { isCutOff: "4", isEnded: "8" },
];
const ON_SAME_DEVICE = "10";

before(openBrowser);
after(closeBrowser);

describe("a participant who is interrupted", { concurrency: 4 }, () => {
  for (const [index, { isCutOff, isEnded }] of CAST.entries()) {
    const variant = VARIANTS[index];
    const name = `${variant.language}, ${variant.width} px`;
    const personOf = (number) => people.participants[number];
    test(`goes on after the network was cut and the page was loaded anew: ${name}`, () =>
      cutOff(variant, personOf(isCutOff)));
    test(`is warned, and signs in again in place: ${name}`, () => sessionEnded(variant, personOf(isEnded)));
  }
  test("is offered a newer version", () => newVersion(VARIANTS[0]));
  test("starts the app on the same device", () => sameDevice(VARIANTS[1], people.participants[ON_SAME_DEVICE]));
});

async function cutOff(variant, person) {
  const visit = await Visit.begin(variant);
  await visit.open("/");
  await visit.button("BankID på en annan enhet", "BankID on another device").click();
  await visit.page.locator(".qr").waitFor();
  await visit.context.setOffline(true);
  await visit.text("Ingen kontakt just nu.", "No contact right now.").waitFor();
  await visit.context.setOffline(false);
  await visit.text("Ingen kontakt just nu.", "No contact right now.").waitFor({ state: "detached" });
  await visit.page.reload();
  // The order goes on: no choice of a device is needed.
  await visit.page.locator(".qr").waitFor();
  await visit.showCode(person, "approve");
  await visit.goOnTo(visit.heading("Mina månader", "My months"));
  await visit.end(/ERR_INTERNET_DISCONNECTED/);
}

async function sessionEnded(variant, person) {
  const visit = await Visit.begin(variant);
  await visit.page.clock.install();
  await visit.open("/consents");
  await visit.scan(person, "approve");
  // What comes last, so that the page has all it asks for by itself.
  await visit.goOnTo(visit.page.getByRole("button", { name: visit.say("Samtyck till", "Consent to") }).first());
  await leapToWarning(visit);
  await visit.look("session-warning");
  await visit.context.clearCookies();
  await visit.follow("Mina månader", "My months");
  await visit.text("Du har loggats ut.", "You have been signed out.").waitFor();
  await visit.look("session-ended");
  await visit.scan(person, "approve");
  await visit.heading("Mina månader", "My months").waitFor();
  await visit.page.locator(".card").first().waitFor();
  await visit.end(/answer 401 to .*ListOwnMonths/);
}

// Nobody uses the page while the time passes, so it may ask for nothing; whatever it asks for is held back, lest the answer
// prolong the session and the warning come later all the same.
async function leapToWarning(visit) {
  await visit.quiet();
  const unattended = [];
  const holdBack = (route) => void unattended.push(new URL(route.request().url()).pathname);
  await visit.page.route("**", holdBack);
  await visit.page.clock.fastForward("13:10");
  await visit.text("Du loggas ut om", "You will be signed out in").waitFor();
  deepStrictEqual(unattended, []);
  await visit.page.unroute("**", holdBack);
}

async function newVersion(variant) {
  const visit = await Visit.begin(variant);
  await visit.page.route(`${pages}/session`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "deltaga-web-version": "another" } });
  });
  await visit.open("/about");
  await visit.button("Ladda om sidan", "Reload the page").waitFor();
  await visit.look("new-version");
  await visit.end();
}

async function sameDevice(variant, person) {
  // Has been here before: once the browser asks whether to start the app, nothing on the page can be pressed.
  await Caller.signIn(person, "PORTAL_PARTICIPANT");
  const visit = await Visit.begin(variant);
  await visit.open("/");
  await visit.button("BankID på den här enheten", "BankID on this device").click();
  const start = visit.page.getByRole("link", { name: visit.say("Öppna BankID", "Open BankID") });
  const link = new URL(await start.getAttribute("href"));
  await visit.look("login-start");
  await act({ autoStartToken: link.searchParams.get("autostarttoken"), person, action: "approve" });
  await visit.heading("Mina månader", "My months").waitFor();
  await visit.end();
}
