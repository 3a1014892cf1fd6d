// What participants keep of themselves: where to be reached, remarks on a month, whom they work with, and a copy of everything.
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Caller } from "../support/caller.mjs";
import { forEachVariant, named } from "../support/for-each-variant.mjs";
import { Visit } from "../support/visit.mjs";

// All of the unit whose months the supervisor can correct.
const CASTS = [
  { reached: "2", remarks: "9", copies: "0" },
  { reached: "5", remarks: "7", copies: "1" },
];
const WRITTEN = "Jag var på intervju hela dagen.";

forEachVariant("a participant with own details", { casts: CASTS, concurrency: 3 }, (variant, _other, persons) => {
  test(`says where to be reached, and loses nothing that was typed: ${named(variant)}`, () => reached(variant, persons.reached));
  test(`remarks on a row, changes it and rejects: ${named(variant)}`, () => remarks(variant, persons.remarks));
  test(`sees whom they work with, and fetches a copy of everything: ${named(variant)}`, () => copies(variant, persons.copies));
});

async function enter(variant, person, path) {
  const visit = await Visit.begin(variant);
  await visit.enter(path, await Caller.signIn(person, "PORTAL_PARTICIPANT"));
  return visit;
}

async function reached(variant, person) {
  const visit = await enter(variant, person, "/contacts");
  const { page } = visit;
  const email = page.getByLabel(visit.say("E-post", "E-mail"));
  const save = visit.button("Spara", "Save");
  await email.fill("ingen adress");
  await save.click();
  await page.locator('[data-state="/contacts wrong"]').waitFor();
  await visit.look("contacts-wrong");
  // The summary leads to the field, and the field says what is wrong with it.
  await page.locator('[data-state="/contacts wrong"] a').first().click();
  strictEqual(await email.evaluate((field) => field === document.activeElement), true);
  const said = await email.evaluate((field) => document.getElementById(field.getAttribute("aria-describedby")).textContent);
  ok(said.includes(visit.say("mellanslag", "space")), `the field says what is wrong: ${said}`);

  await email.fill("anna@example.org");
  await page.getByLabel(visit.say("Mobilnummer", "Mobile number")).fill("070-174 06 05");
  await page.getByLabel("English").check();
  await page.getByRole("checkbox").check();
  await visit.context.clearCookies();
  await save.click();
  await visit.text("Du har loggats ut.", "You have been signed out.").waitFor();
  await visit.scan(person, "approve");
  await email.waitFor();
  strictEqual(await email.inputValue(), "anna@example.org");
  await save.click();
  await visit.text("Dina kontaktuppgifter är sparade.", "Your contact details are saved.").waitFor();
  await visit.look("contacts-saved");
  await page.reload();
  await email.waitFor();
  strictEqual(await email.inputValue(), "anna@example.org");
  strictEqual(await page.getByLabel(visit.say("Mobilnummer", "Mobile number")).inputValue(), "+46701740605");
  strictEqual(await page.getByRole("checkbox").isChecked(), true);
  await visit.end(/answer 4(00|01) to/);
}

async function remarks(variant, person) {
  const visit = await enter(variant, person, "/months");
  const { page } = visit;
  const days = page.getByText(visit.say("Visa dag för dag", "Show day by day"));
  const write = page.getByRole("button", { name: visit.say("Skriv en kommentar om", "Write a remark on") }).first();
  const change = page.getByRole("button", { name: visit.say("Ändra kommentaren om", "Change the remark on") });
  const saved = page.locator(".remark-text");
  const unsaved = visit.text("Du har en kommentar som inte är sparad.", "You have a remark that is not saved.");
  await page.locator(".card-link").first().click();
  await days.click();
  await write.click();
  await page.locator("textarea").fill("Fel");
  await unsaved.waitFor();
  await visit.look("month-remarking");
  // What is unsaved is named, and leads to its field also where the days are closed again.
  await days.click();
  await page.locator("textarea").waitFor({ state: "hidden" });
  await page.locator('[data-state$="unsavedRemark"] a').click();
  await page.waitForFunction(() => document.activeElement.tagName === "TEXTAREA");
  strictEqual(await page.locator("textarea").inputValue(), "Fel");
  await visit.button("Spara kommentaren", "Save the remark").click();
  await saved.waitFor();
  strictEqual(await unsaved.count(), 0);
  await change.click();
  await page.locator("textarea").fill(WRITTEN);
  await visit.button("Spara kommentaren", "Save the remark").click();
  await page.locator(".remark-text", { hasText: WRITTEN }).waitFor();
  await page.reload();
  await days.click();
  await page.locator(".remark-text", { hasText: WRITTEN }).waitFor();

  await visit.button("Avvisa månaden", "Reject the month").click();
  await visit.button("Ja, avvisa", "Yes, reject").click();
  await visit.text("Du har avvisat månaden.", "You have rejected the month.").waitFor();
  await page.locator(".written", { hasText: WRITTEN }).waitFor();
  await visit.look("month-rejected-remarked");
  await visit.end();
}

async function copies(variant, person) {
  const visit = await enter(variant, person, "/services");
  const { page } = visit;
  await visit.text("Provbolaget i Norr AB", "Provbolaget i Norr AB").first().waitFor();
  await visit.look("services-named");

  await visit.open("/copy");
  const downloading = page.waitForEvent("download");
  await visit.button("Hämta som datafil", "Download as a data file").click();
  const download = await downloading;
  ok(/^deltaga-\d{4}-\d{2}-\d{2}\.json$/.test(download.suggestedFilename()), download.suggestedFilename());
  const { records } = JSON.parse(await readFile(await download.path(), "utf8"));
  const services = [...new Set(records.map(({ service }) => service))].sort();
  deepStrictEqual(services, ["attendance", "consent", "export", "identity", "participants"]);
  await visit.text("Filen är hämtad och hel.", "The file has been downloaded in full.").waitFor();
  await visit.look("copy-fetched");
  await readable(visit, records);

  // A file that is cut is none.
  await visit.open("/copy");
  await page.route("**/own-data", (route) => route.fulfill({ contentType: "application/json", body: '{"records":[' }));
  await visit.button("Hämta som datafil", "Download as a data file").click();
  await visit.text("Ingen fil är sparad.", "No file is saved.").waitFor();
  await visit.end();
}

// The same download as a page of its own: every kind of record has its part, and nothing of it is told in names of fields.
async function readable(visit, records) {
  const { page } = visit;
  const downloading = page.waitForEvent("download");
  await visit.button("Spara en sida att läsa", "Save a page to read").click();
  const download = await downloading;
  ok(/^deltaga-\d{4}-\d{2}-\d{2}\.html$/.test(download.suggestedFilename()), download.suggestedFilename());
  const text = await readFile(await download.path(), "utf8");
  const kinds = new Set(records.map(({ message }) => message));
  strictEqual([...text.matchAll(/<section /g)].length, kinds.size);
  const unnamed = [...text.matchAll(/<(dt|h2)[^>]*>([a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)</g)].map(([, , name]) => name);
  deepStrictEqual([...new Set(unnamed)], [], "each field and kind has a name for people");
  ok(text.includes(visit.say("Dina månader", "Your months")));
}
