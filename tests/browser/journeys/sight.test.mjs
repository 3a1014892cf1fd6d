// For those who enlarge and those whom movement disturbs: every page at 400 %, and movement only where it may be.
import { ok, strictEqual } from "node:assert";
import { after, before, describe, test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { people } from "../support/stack.mjs";
import { StandIn } from "../support/stand-in.mjs";
import { closeBrowser, openBrowser, Visit } from "../support/visit.mjs";

const PERSON = "3";
const PATHS = ["/months", "/consents", "/sent", "/services", "/reads", "/contacts", "/copy", "/sessions", "/about", "/accessibility", "/return"];
const STAFF_PATHS = ["/staff", "/staff/inbox", "/staff/participants"];
/** A window of 1280 × 800 enlarged four times. */
const ENLARGED = { width: 320, height: 200, scale: 4 };

let caller;

before(async () => {
  await openBrowser();
  caller = await Caller.signIn(people.participants[PERSON], "PORTAL_PARTICIPANT");
});
after(closeBrowser);

describe("somebody who", { concurrency: 3 }, () => {
  test("enlarges four times can read and use everything", enlarged);
  test("enlarges four times can work for a provider", enlargedAtWork);
  test("asks for less movement sees none", () => moves("reduce"));
  test("does not ask sees that something is fetched", () => moves("no-preference"));
});

async function enlarged() {
  const visit = await Visit.begin({ language: "sv", scheme: "light", ...ENLARGED });
  await visit.enter("/login", caller);
  for (const path of PATHS) {
    await visit.open(path);
    await visit.lookEnlarged(`enlarged ${path}`);
  }
  await visit.open("/months");
  await visit.page.locator(".card-link").first().click();
  await visit.page.locator(".way").nth(1).waitFor();
  await visit.lookEnlarged("enlarged month");
  await visit.open("/consents");
  await visit.page.getByRole("button", { name: /^Ta tillbaka samtycket/ }).first().click();
  await visit.lookEnlarged("enlarged question");
  await visit.button("Nej, behåll", "No, keep it").click();
  await visit.page.getByRole("dialog").waitFor({ state: "detached" });
  await visit.end();
}

async function enlargedAtWork() {
  const visit = await Visit.begin({ language: "sv", scheme: "light", ...ENLARGED });
  await visit.enter("/staff", await Caller.signIn(people.supervisor, "PORTAL_STAFF"));
  for (const path of STAFF_PATHS) {
    await visit.open(path);
    await visit.lookEnlarged(`enlarged ${path}`);
  }
  await visit.page.locator(".card a").first().click();
  await visit.page.locator("#content .grid-week, #content [data-state$='noDays'], #content [data-state$='closed']").first().waitFor();
  await visit.lookEnlarged("enlarged hours");
  await visit.end();
}

async function moves(motion) {
  const visit = await Visit.begin({ language: "sv", width: 320, scheme: "light", motion });
  await new StandIn(visit.context).hold("ListOwnMonths");
  await visit.enter("/months", caller);
  await visit.page.locator(".page .loading").waitFor();
  const moving = () => document.getAnimations().filter((animation) => animation.playState === "running").length;
  const count = await visit.page.evaluate(moving);
  if (motion === "reduce") {
    strictEqual(count, 0);
  } else {
    ok(count > 0, "nothing moves");
  }
  await visit.end();
}
