// The month, the answer and the taking back by keyboard alone.
import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { forEachVariant, named } from "../support/for-each-variant.mjs";
import { begins, press, stopsWithin, tabTo } from "../support/keys.mjs";
import { pages } from "../support/stack.mjs";
import { Visit } from "../support/visit.mjs";

const CASTS = [{ person: "16" }, { person: "11" }];

forEachVariant("somebody without a pointer", { casts: CASTS }, (variant, _other, { person }) => {
  test(`answers, takes back and leaves: ${named(variant)}`, () => byKeyboard(variant, person));
});

async function byKeyboard(variant, person) {
  const visit = await Visit.begin(variant);
  const { page } = visit;
  await early(visit);
  await visit.open("/");
  await skipping(visit);
  await elsewhere(visit, person);
  await begins(page, visit.heading("Mina månader", "My months"));

  await press(page, page.locator(".card-link").first());
  const month = page.locator("h1");
  const reject = visit.button("Avvisa månaden", "Reject the month");
  await reject.waitFor();
  await begins(page, month);
  await press(page, page.getByRole("link", { name: visit.say("Gå till ditt svar", "Go to your answer") }));
  strictEqual(await page.evaluate(() => document.activeElement.id), "answer");
  await page.keyboard.press("Tab");
  const isNext = await page.evaluate(() => document.getElementById("answer").contains(document.activeElement));
  strictEqual(isNext, true, "what follows is in the answer");
  await tabTo(page, page.locator("summary", { hasText: visit.say("Visa dag för dag", "Show day by day") }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator(".day").first().waitFor();
  await press(page, page.locator("summary", { hasText: visit.say("Läs mer", "Read more") }));
  await press(page, page.getByRole("checkbox", { name: "ESF" }), " ");
  strictEqual(await page.getByRole("checkbox", { name: "ESF" }).isChecked(), true);
  await asked(visit, reject);

  await tabTo(page, visit.button("Godkänn, samtyck och skriv under", "Approve, consent and sign"), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator('[data-state="/months/:monthReportId signing"]').waitFor();
  await begins(page, month);
  await elsewhere(visit, person);
  await visit.text("Du har godkänt månaden.", "You have approved the month.").waitFor();
  await begins(page, month);

  await press(page, page.getByRole("link", { name: visit.say("Till mina samtycken", "To my consents") }));
  await begins(page, visit.heading("Samtycken", "Consents"));
  await takingBack(visit);
  await press(page, visit.button("Logga ut", "Sign out"));
  await begins(page, visit.heading("Logga in", "Sign in"));
  await visit.end();
}

// Whoever goes on before the page is there keeps their place when it comes.
async function early({ page }) {
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  const late = (route) => arrived.then(() => route.continue());
  await page.route("**/session", late);
  await page.goto(pages);
  const skip = page.locator(".skip");
  await tabTo(page, skip);
  arrive();
  await page.locator("h1").waitFor();
  // What follows on the page's coming has happened.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  strictEqual(await skip.evaluate((element) => element === document.activeElement), true, "the place is kept");
  await page.unroute("**/session", late);
}

async function skipping({ page }) {
  const skip = page.locator(".skip");
  await tabTo(page, skip);
  strictEqual(await page.evaluate(() => document.activeElement.className), "skip", "it is the first stop");
  await page.keyboard.press("Enter");
  strictEqual(await page.evaluate(() => document.activeElement.id), "content");
  await page.keyboard.press("Tab");
  const isWithin = await page.evaluate(() => document.getElementById("content").contains(document.activeElement));
  strictEqual(isWithin, true, "what follows is in the content");
}

async function elsewhere(visit, person) {
  await press(visit.page, visit.button("BankID på en annan enhet", "BankID on another device"));
  await visit.page.locator(".qr").waitFor();
  const isKept = await visit.page.evaluate(() => document.getElementById("content").contains(document.activeElement));
  strictEqual(isKept, true, "the focus is kept where the code is");
  await visit.showCode(person, "approve");
}

// The question keeps the focus; whoever leaves it is where they were.
async function asked(visit, reject) {
  const { page } = visit;
  const dialog = page.getByRole("dialog");
  const isBack = () => reject.evaluate((element) => element === document.activeElement);
  await press(page, reject);
  await dialog.waitFor();
  const stops = await stopsWithin(page, dialog);
  const [yes, no] = [visit.say("Ja, avvisa", "Yes, reject"), visit.say("Nej, gå tillbaka", "No, go back")];
  deepStrictEqual([yes, no].filter((name) => !stops.has(name)), []);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  strictEqual(await isBack(), true, "after Escape the focus is where it was");
  await page.keyboard.press("Enter");
  await press(page, visit.button("Nej, gå tillbaka", "No, go back"));
  await dialog.waitFor({ state: "detached" });
  strictEqual(await isBack(), true, "after No the focus is where it was");
}

async function takingBack(visit) {
  const { page } = visit;
  await press(page, page.getByRole("button", { name: visit.say("Ta tillbaka samtycket Svenska", "Take back the consent the Swedish") }));
  await page.getByRole("dialog").waitFor();
  await press(page, visit.button("Ja, ta tillbaka", "Yes, take it back"));
  await page.locator('[data-state="/consents takenBack"]').waitFor();
  const isKept = await page.evaluate(() => document.getElementById("content").contains(document.activeElement));
  strictEqual(isKept, true, "the focus is kept beside what was taken back");
}
