// How soon each page is there and answers, on a processor slowed four times: largest contentful paint and interaction to next
// paint. Told, not demanded: machines differ.
import { ok } from "node:assert";
import { after, before, test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { people } from "../support/stack.mjs";
import { closeBrowser, openBrowser, Visit } from "../support/visit.mjs";

const SLOWED = 4;
const AIMS = { paint: 2_500, interaction: 200 };
const PERSON = "14";
const PATHS = ["/login", "/months", "/months/:monthReportId", "/consents", "/sent", "/services", "/reads", "/contacts", "/copy", "/sessions", "/about"];

let caller;
let monthReportId;
const worst = { paint: 0, interaction: 0 };

before(async () => {
  await openBrowser();
  caller = await Caller.signIn(people.participants[PERSON], "PORTAL_PARTICIPANT");
  const { months } = await caller.call("attendance.v1.AnswerService/ListOwnMonths", {});
  monthReportId = months[0].monthReportId;
});
after(closeBrowser);

for (const path of PATHS) {
  test(`${path} is measured`, (context) => measure(context, path));
}

test("the slowest are told", (context) => {
  context.diagnostic(
    `speed: processor slowed ${SLOWED}×, at worst ${worst.paint} ms to the largest paint (aim ${AIMS.paint}), ${worst.interaction} ms from an interaction to the next paint (aim ${AIMS.interaction})`,
  );
});

async function measure(context, path) {
  const visit = await Visit.begin({ language: "sv", width: 320, scheme: "light", motion: "no-preference" });
  const { page } = visit;
  const devtools = await visit.context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  if (path !== "/login") {
    await visit.context.addCookies(caller.cookies);
  }
  await visit.open(path.replace(":monthReportId", monthReportId));
  await page.locator(".loading").first().waitFor({ state: "detached" });
  await visit.quiet();
  const paint = Math.round(await page.evaluate(largestPaint));
  await page.evaluate(noteInteractions);
  await use(visit);
  const interaction = await page.evaluate(slowestInteraction);
  ok(paint > 0 && interaction > 0, "nothing was measured");
  worst.paint = Math.max(worst.paint, paint);
  worst.interaction = Math.max(worst.interaction, interaction);
  context.diagnostic(`speed: ${path}: ${paint} ms to the largest paint, ${interaction} ms from an interaction to the next`);
  await visit.end();
}

/** What can be pressed without leaving the page: another language and back, what is closed at first, a box, a question. */
async function use(visit) {
  const { page } = visit;
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Svenska" }).click();
  const choice = page.locator("summary", { hasText: "Läs mer" });
  for (const target of [page.locator("summary"), choice, page.getByRole("checkbox"), visit.button("Meny", "Menu")]) {
    if ((await target.count()) > 0) {
      await target.first().click();
    }
  }
  const asks = page.getByRole("button", { name: /^(Avvisa månaden|Ta tillbaka samtycket)/ });
  if ((await asks.count()) > 0) {
    await asks.first().click();
    await page.getByRole("dialog").waitFor();
  }
}

// The following run in the page.
function largestPaint() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({
      type: "largest-contentful-paint",
      buffered: true,
    });
  });
}

function noteInteractions() {
  window.interactions = [];
  new PerformanceObserver((list) => window.interactions.push(...list.getEntries())).observe({
    type: "event",
    durationThreshold: 16,
  });
}

// Entries are told once the next frame is painted.
async function slowestInteraction() {
  for (let frames = 0; frames < 10; frames += 1) {
    await new Promise((done) => requestAnimationFrame(done));
  }
  return Math.max(0, ...window.interactions.filter(({ interactionId }) => interactionId > 0).map(({ duration }) => duration));
}
