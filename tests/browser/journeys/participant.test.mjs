// A participant's month in the browser: signing in by the code on the screen, answering, consenting, taking back, and every
// page there is.
import assert from "node:assert";
import { after, before, describe, test } from "node:test";

import { reopen, supervisor } from "../support/supervisor.mjs";
import { people } from "../support/stack.mjs";
import { closeBrowser, JOURNEYS_IN, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";

// Whose month waits in which variant: the first approves, the second rejects. Case 13 was never answered; the others'
// months are corrected for it, so that they wait anew.
const CAST = [
  { approves: "13", rejects: "0" },
  { approves: "9", rejects: "1" },
  { approves: "11", rejects: "2" },
  { approves: "7", rejects: "5" },
];
const ZERO_MONTH = "18";

const PAGES = [
  { path: "/sent", sv: "Skickat om mig", en: "Sent about me" },
  { path: "/services", sv: "Mina tjänster", en: "My services" },
  { path: "/reads", sv: "Vem har läst om mig", en: "Who has viewed my data" },
  { path: "/contacts", sv: "Mina kontaktuppgifter", en: "My contact details" },
  { path: "/copy", sv: "Kopia av mina uppgifter", en: "Copy of my data" },
  { path: "/sessions", sv: "Inloggningar", en: "Sign-ins" },
  { path: "/about", sv: "Om tjänsten och dina uppgifter", en: "About the service and your data" },
  { path: "/accessibility", sv: "Tillgänglighet", en: "Accessibility" },
  { path: "/return", sv: "Tillbaka från BankID", en: "Back from BankID" },
  { path: "/no-such-page", sv: "Sidan finns inte", en: "There is no such page" },
];

/** Months by the number of their case, and whoever answers for them at the provider. */
const months = new Map();
let provider;

before(async () => {
  await openBrowser();
  provider = await supervisor();
  const all = CAST.slice(0, JOURNEYS_IN.length).flatMap(({ approves, rejects }) => [approves, rejects]);
  await Promise.all(all.map(async (number) => months.set(number, await reopen(provider, people.participants[number]))));
});

after(closeBrowser);

describe("a participant", { concurrency: 4 }, () => {
  for (const [index, variant] of JOURNEYS_IN.entries()) {
    const cast = CAST[index];
    const name = `${variant.language}, ${variant.width} px, ${variant.scheme}`;
    test(`approves, consents and takes back: ${name}`, () => approving(variant, people.participants[cast.approves]));
    test(`rejects what is not right, and is asked again once it is submitted again: ${name}`, () => rejecting(variant, cast.rejects));
  }
  test("is told what a month without hours is", () => emptyMonth(VARIANTS[0], people.participants[ZERO_MONTH]));
});

async function approving(variant, person) {
  const visit = await Visit.begin(variant);
  await signInAtLast(visit, person);
  await visit.look("months");
  await visit.page.locator(".card-link").first().click();
  await visit.button("Godkänn och skriv under", "Approve and sign").waitFor();
  await visit.look("month-waiting");
  await visit.page.getByText(visit.say("Visa dag för dag", "Show day by day")).click();
  await visit.page.getByText(visit.say("Vem kan jag fråga?", "Who can I ask?")).click();
  await visit.look("month-days");

  const choice = visit.page.locator("summary", { hasText: visit.say("Läs mer", "Read more") });
  await choice.click();
  await visit.page.getByRole("checkbox", { name: "ESF" }).check();
  await visit.look("month-consents");
  // What is ticked is told where it is folded too.
  await choice.click();
  await choice.filter({ hasText: visit.say("Du har kryssat för Svenska ESF-rådet.", "You have ticked the Swedish ESF Council.") }).waitFor();
  await visit.button("Godkänn, samtyck och skriv under", "Approve, consent and sign").click();
  await visit.button("BankID på en annan enhet", "BankID on another device").waitFor();
  await visit.look("month-signing");
  await visit.scan(person, "approve");
  await visit.page.getByText(visit.say("Du har godkänt månaden.", "You have approved the month.")).waitFor();
  await visit.page.getByText(visit.say("Du har samtyckt till", "You have consented to")).waitFor();
  await visit.look("month-receipt");
  await visit.open("/months");
  await visit.page.locator(".card", { hasText: visit.say("Godkänd", "Approved") }).first().waitFor();
  await visit.page.locator(".card-link").first().click();
  await visit.page.locator(".way").nth(1).waitFor();
  await visit.look("month-approved");

  await takingBack(visit);
  for (const page of PAGES) {
    await visit.open(page.path);
    await visit.heading(page.sv, page.en).waitFor();
    await visit.look(page.path.slice(1));
  }
  await visit.button("Logga ut", "Sign out").click();
  await visit.heading("Logga in", "Sign in").waitFor();
  await visit.open("/months");
  await visit.heading("Logga in", "Sign in").waitFor();
  // A sign-in that was given up is looked at once more.
  await visit.end(/answer 404 to .*GetSignIn/);
}

// Gives up at the pages, then on the phone, and comes in all the same.
async function signInAtLast(visit, person) {
  await visit.open("/");
  await visit.look("login");
  await visit.button("BankID på en annan enhet", "BankID on another device").click();
  await visit.page.locator(".qr").waitFor();
  await visit.look("login-code");
  await visit.button("Avbryt", "Cancel").click();
  await visit.page.getByText(visit.say("Du avbröt.", "You cancelled.")).waitFor();
  await visit.look("login-ended");
  await visit.button("Välj ett annat sätt", "Choose another way").click();
  await visit.scan(person, "cancel");
  await visit.page.getByText(visit.say("Du avbröt.", "You cancelled.")).waitFor();
  await visit.button("Välj ett annat sätt", "Choose another way").click();
  await visit.signIn(person);
}

async function takingBack(visit) {
  await visit.open("/consents");
  const esf = visit.say("Ta tillbaka samtycket Svenska ESF-rådet", "Take back the consent the Swedish ESF Council");
  const takeBack = visit.page.getByRole("button", { name: esf });
  await takeBack.waitFor();
  await visit.look("consents");
  await takeBack.click();
  await visit.look("consent-asked");
  await visit.button("Ja, ta tillbaka", "Yes, take it back").click();
  const done = visit.say("Du tog tillbaka samtycket.", "You took the consent back.");
  await visit.page.getByText(done).waitFor();
  await visit.look("consent-withdrawn");
  await visit.page.reload();
  await visit.page.getByText(visit.say("Historik", "History"), { exact: true }).click();
  await visit.page.getByText(visit.say("Du tog tillbaka det", "You took it back")).first().waitFor();
  assert.equal(await takeBack.count(), 0);
}

async function rejecting(variant, number) {
  const visit = await Visit.begin(variant);
  await visit.open("/");
  await visit.signIn(people.participants[number]);
  await visit.page.locator(".card-link").first().click();
  const corrected = visit.say("Anordnaren har rättat månaden", "The provider has corrected the month");
  await visit.page.getByText(corrected).waitFor();
  await visit.look("month-corrected");
  await visit.button("Avvisa månaden", "Reject the month").click();
  await visit.look("month-rejecting");
  await visit.button("Nej, gå tillbaka", "No, go back").click();
  await visit.button("Avvisa månaden", "Reject the month").click();
  await visit.button("Ja, avvisa", "Yes, reject").click();
  await visit.page.getByText(visit.say("Du har avvisat månaden.", "You have rejected the month.")).waitFor();
  await visit.look("month-rejected");
  await visit.page.goBack();
  await visit.heading("Mina månader", "My months").waitFor();
  const cards = visit.page.locator(".card");
  await cards.filter({ hasText: visit.say("Avvisad", "Rejected") }).first().waitFor();
  await submittingAgain(variant, number);
  await visit.page.reload();
  await cards.first().filter({ hasText: visit.say("Läs och svara", "Read and answer") }).waitFor();
  await visit.page.locator(".card-link").first().click();
  await visit.button("Avvisa månaden", "Reject the month").waitFor();
  await visit.end();
}

// The hours were right all the same: the provider puts them to the participant once more.
async function submittingAgain(variant, number) {
  const { placementId, month } = months.get(number);
  const visit = await Visit.begin(variant);
  await visit.enter(`/staff/participants/${placementId}/${month.year}-${String(month.month).padStart(2, "0")}`, provider);
  await visit.text("Deltagaren har avvisat månaden.", "The participant has rejected the month.").waitFor();
  await visit.look("staff-month-rejected");
  await visit.button("Lämna in samma timmar igen", "Submit the same hours again").click();
  await visit.button("Ja, lämna in", "Yes, submit").click();
  await visit.text("Deltagaren kan nu läsa den och svara.", "The participant can now read it and answer.").waitFor();
  await visit.end();
}

async function emptyMonth(variant, person) {
  const visit = await Visit.begin(variant);
  await visit.open("/");
  await visit.signIn(person);
  await visit.page.locator(".card-link").first().click();
  await visit.page.getByText(visit.say("Anordnaren har redovisat noll timmar.", "reported zero hours")).waitFor();
  await visit.page.locator(".way").nth(1).waitFor();
  await visit.look("month-empty");
  await visit.end();
}
