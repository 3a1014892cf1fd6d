// The information before the first page, by keyboard: it is shown once, kept in the menu, and holds nobody who wants to go on.
import { strictEqual } from "node:assert";
import { after, before, describe, test } from "node:test";

import { begins, press } from "../support/keys.mjs";
import { isWhole, people } from "../support/stack.mjs";
import { StandIn } from "../support/stand-in.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

// Nobody else's journey: the first visit is the first.
const CAST = ["12", "17"].slice(0, isWhole ? 2 : 1);

before(openBrowser);
after(closeBrowser);

describe("somebody who comes for the first time", { concurrency: 2 }, () => {
  for (const [index, number] of CAST.entries()) {
    const variant = VARIANTS[index];
    test(`is told what is done with their data, once: ${variant.language}, ${variant.width} px`, () =>
      comes(variant, people.participants[number]));
  }
});

async function comes(variant, person) {
  const visit = await Visit.begin(variant);
  const { page } = visit;
  const before = visit.heading("Innan du börjar", "Before you begin");
  const services = visit.heading("Mina tjänster", "My services");
  await visit.open("/services");
  await visit.scan(person, "approve");
  await before.waitFor();
  await begins(page, before);
  await visit.look("first-visit");
  // Whoever wants to know all of it unfolds it.
  const officer = visit.text("Dataskyddsombud", "Data protection officer").first();
  strictEqual(await officer.isVisible(), false);
  await press(page, page.locator("summary"));
  await officer.waitFor();
  await visit.look("first-visit-in-full");

  // It cannot be noted: whoever goes on all the same is shown it again.
  const standIn = new StandIn(visit.context);
  await standIn.refuse("RecordNoticeShown");
  await press(page, visit.button("Gå vidare", "Go on"));
  await press(page, visit.button("Gå vidare ändå", "Go on anyway"));
  await begins(page, services);
  await visit.context.unrouteAll();
  await visit.open("/services");
  await before.waitFor();

  await press(page, visit.button("Gå vidare", "Go on"));
  await begins(page, services);
  await visit.open("/services");
  await services.waitFor();
  strictEqual(await before.count(), 0, "it is shown once");

  await visit.follow("Om dina uppgifter", "About your data");
  await page.locator('[data-state="/about noted"]').waitFor();
  await visit.look("about-noted");
  await page.goBack();
  await services.waitFor();
  await visit.end(standIn.expected);
}
