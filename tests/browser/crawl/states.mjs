// How each state that services/web/src/states.json names is brought about: who looks, at which path, what stands in for
// the gateway before, and what the person does then. What is not said is as usual: who waits, the place itself, nothing.
import { randomUUID } from "node:crypto";

import { ADMINISTRATOR, ANSWERED, NOBODY, WAITING } from "./cast.mjs";
import { STAFF_ASKS_FIRST, STAFF_STATES } from "./staff-states.mjs";

export { SOME_MONTH } from "./staff-states.mjs";

const EVERY_PAGE = "each page behind the sign-in";
const MONTH = "/months/:monthReportId";
const SHA = "0".repeat(64);

const flow = (more) => ({
  flow: {
    flowId: "flow",
    state: "FLOW_STATE_PENDING",
    message: "BANKID_MESSAGE_OPEN_APP",
    qrText: `bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.${SHA}`,
    autostartToken: "67df3917-fa0d-44e5-b327-edcc928297f8",
    expiresAt: new Date(Date.now() + 150_000).toISOString(),
    ...more,
  },
});
const now = () => new Date().toISOString();
const consent = (more) => ({ consentId: randomUUID(), recipient: "RECIPIENT_ESF", givenAt: now(), ...more });

async function readsMonth(standIn, change = () => undefined) {
  await standIn.answer("ListOwnConsents", {});
  await standIn.change("GetOwnMonth", ({ month }) => {
    delete month.answeredRevision;
    month.changes = [];
    change(month);
  });
}

async function signs(standIn) {
  await standIn.answer("PrepareApproval", { signatureId: randomUUID() });
  await standIn.answer("PrepareConsent", { signatureId: randomUUID() });
  await standIn.answer("StartSigning", () => flow());
  await standIn.answer("GetSigning", () => flow({ state: "FLOW_STATE_COMPLETE" }));
  await standIn.answer("CompleteConsent", { outcome: "CONSENT_OUTCOME_GIVEN" });
}

const choiceOf = (visit) => visit.page.getByText(visit.say("Läs mer, och säg ja om du vill.", "Read more, and say yes if you want to."));
const choose = async (visit) => choiceOf(visit).click();
const openDays = (visit) => visit.page.getByText(visit.say("Visa dag för dag", "Show day by day")).click();

async function offersRemarks(standIn, change = () => undefined) {
  await readsMonth(standIn, (month) => {
    month.remarksOffered = true;
    month.remarks = [];
    change(month);
  });
}

async function writes(visit, text) {
  await openDays(visit);
  await visit.page.getByRole("button", { name: /^(Skriv en kommentar om|Write a remark on)/ }).first().click();
  await visit.page.locator("textarea").fill(text);
}

const contacts = (more) => ({ contacts: { language: "LANGUAGE_SV", etag: "1", ...more } });
const given = { email: "anna@example.org", phone: "+46701740605", reminders: true, changedAt: now() };
const saves = (visit) => visit.button("Spara", "Save").click();
const fetches = (visit) => visit.button("Hämta som en sida att läsa", "Download as a page to read").click();

const approve = async (visit) => visit.button("Godkänn och skriv under", "Approve and sign").click();
const reject = async (visit) => visit.button("Avvisa månaden", "Reject the month").click();
const elsewhere = async (visit) => visit.button("BankID på en annan enhet", "BankID on another device").click();
const give = async (visit) => visit.page.getByRole("button", { name: /^(Samtyck till|Consent to)/ }).first().click();
const takeBack = async (visit) => visit.page.getByRole("button", { name: /^(Ta tillbaka samtycket|Take back the consent)/ }).first().click();

async function takesBack(visit) {
  await takeBack(visit);
  await visit.button("Ja, ta tillbaka", "Yes, take it back").click();
}

const answeredBefore = (month, earlierAnswer) => Object.assign(month, { answeredRevision: 1, earlierAnswer });
const correction = (month) => {
  const [first] = month.days;
  answeredBefore(month, "ANSWER_APPROVED");
  const { activityCode, creditedMinutes } = first.activities[0];
  month.changes = [{ day: first.day, activityCode, beforeMinutes: creditedMinutes + 60, afterMinutes: creditedMinutes }];
};

export const STATES = {
  "/login": { choosing: { as: NOBODY } },
  "/months": {
    waiting: {},
    settled: { as: ANSWERED },
    empty: { before: (standIn) => standIn.answer("ListOwnMonths", {}) },
  },
  [MONTH]: {
    waiting: { before: readsMonth, then: (visit) => choiceOf(visit).waitFor() },
    corrected: { before: (standIn) => readsMonth(standIn, correction) },
    sentBefore: {
      before: async (standIn) => {
        let monthReportId;
        await readsMonth(standIn, (month) => {
          correction(month);
          month.summary.revision = 2;
          ({ monthReportId } = month.summary);
        });
        await standIn.answer("ListOwnDisclosures", () => ({
          disclosures: ["ESF", "SCB"].map((to) => ({ monthReportId, revision: 1, recipient: `RECIPIENT_${to}`, state: "DISCLOSURE_STATE_SENT", sentAt: now() })),
        }));
      },
    },
    unchanged: { before: (standIn) => readsMonth(standIn, (month) => void answeredBefore(month, "ANSWER_REJECTED")) },
    zero: {
      before: (standIn) =>
        readsMonth(standIn, (month) => {
          Object.assign(month, { days: [], totals: [] });
          month.summary.creditedMinutes = 0;
        }),
    },
    remarking: { before: offersRemarks, then: (visit) => writes(visit, "") },
    remarkWrong: { before: offersRemarks, then: (visit) => writes(visit, "a".repeat(501)) },
    notRemarked: {
      before: async (standIn) => {
        await offersRemarks(standIn);
        await standIn.refuse("SetRowRemark");
      },
      then: async (visit) => {
        await writes(visit, "Jag var hemma.");
        await visit.button("Spara kommentaren", "Save the remark").click();
      },
    },
    remarked: {
      before: (standIn) =>
        offersRemarks(standIn, (month) => {
          const [{ day, activities }] = month.days;
          month.remarks = [{ day, activityCode: activities[0].activityCode, text: "Jag var hemma.", writtenAt: now() }];
        }),
      then: openDays,
    },
    unsavedRemark: { before: offersRemarks, then: (visit) => writes(visit, "Jag var hemma.") },
    goneRemark: {
      before: async (standIn) => {
        let reads = 0;
        await offersRemarks(standIn, (month) => {
          reads += 1;
          if (reads > 1) {
            month.days.shift();
          }
        });
        await standIn.refuse("SetRowRemark", "REVISION_SUPERSEDED", 409);
      },
      then: async (visit) => {
        await writes(visit, "Jag var hemma.");
        await visit.button("Spara kommentaren", "Save the remark").click();
      },
    },
    consents: { before: readsMonth, then: choose },
    noWording: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await standIn.answer("ListConsentTexts", {});
      },
      then: choose,
    },
    consentsChanged: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await standIn.answer("ListOwnConsents", (count) => (count === 0 ? {} : { consents: [consent()] }));
      },
      then: approve,
    },
    notPrepared: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await standIn.refuse("PrepareApproval");
      },
      then: approve,
    },
    rejecting: { before: readsMonth, then: reject },
    notRejected: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await standIn.refuse("RejectMonth");
      },
      then: async (visit) => {
        await reject(visit);
        await visit.button("Ja, avvisa", "Yes, reject").click();
      },
    },
    signing: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await signs(standIn);
      },
      then: approve,
    },
    receipt: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await signs(standIn);
        await standIn.answer("CompleteApproval", { outcome: "APPROVAL_OUTCOME_APPROVED", revision: 1, decidedAt: now() });
      },
      then: async (visit) => {
        await choose(visit);
        await visit.page.getByRole("checkbox").first().check();
        await visit.button("Godkänn, samtyck och skriv under", "Approve, consent and sign").click();
        await elsewhere(visit);
      },
    },
    unread: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await signs(standIn);
        await standIn.refuse("CompleteApproval");
      },
      then: async (visit) => {
        await approve(visit);
        await elsewhere(visit);
      },
    },
    rejected: {
      before: async (standIn) => {
        await readsMonth(standIn);
        await standIn.answer("RejectMonth", {});
      },
      then: async (visit) => {
        await reject(visit);
        await visit.button("Ja, avvisa", "Yes, reject").click();
      },
    },
    answered: { as: ANSWERED, then: (visit) => visit.page.locator(".way").nth(1).waitFor() },
  },
  "/consents": {
    notGiven: { then: (visit) => visit.page.getByRole("button", { name: /^(Samtyck till|Consent to)/ }).nth(1).waitFor() },
    given: { as: ANSWERED },
    asked: { as: ANSWERED, then: takeBack },
    notTakenBack: { as: ANSWERED, before: (standIn) => standIn.refuse("Withdraw"), then: takesBack },
    takenBack: {
      as: ANSWERED,
      before: async (standIn) => {
        const sent = [{ placementId: randomUUID(), month: { year: 2026, month: 9 } }];
        const inTransfer = [{ placementId: randomUUID(), month: { year: 2026, month: 10 } }];
        await standIn.answer("Withdraw", { withdrawnAt: now(), alreadySent: sent, inTransfer });
        await standIn.answer("ListOwnConsents", (count) =>
          ({ consents: [consent(count > 0 && { withdrawnAt: now(), withdrawnBy: "WITHDRAWER_PERSON" })] }));
      },
      then: takesBack,
    },
    noWording: { before: (standIn) => standIn.answer("ListConsentTexts", {}) },
    notPrepared: { before: (standIn) => standIn.refuse("PrepareConsent"), then: give },
    signing: { before: signs, then: give },
    signed: {
      before: async (standIn) => {
        await signs(standIn);
        await standIn.answer("ListOwnConsents", (count) => (count === 0 ? {} : { consents: [consent()] }));
      },
      then: async (visit) => {
        await give(visit);
        await elsewhere(visit);
      },
    },
  },
  "/sent": {
    list: { as: ANSWERED },
    empty: { before: (standIn) => standIn.answer("ListOwnDisclosures", {}) },
    hours: { as: ANSWERED },
    hoursUnread: {
      as: ANSWERED,
      before: async (standIn) => {
        await standIn.answer("ListOwnMonths", {});
        await standIn.refuse("GetOwnRevision");
      },
    },
  },
  "/services": {
    list: {},
    empty: { before: (standIn) => standIn.answer("ListOwnPlacements", {}) },
    noPlan: { before: (standIn) => standIn.answer("ListOwnPlans", {}) },
    offline: {
      before: (standIn) =>
        standIn.change("ListOwnPlacements", ({ placements }) => placements.forEach((own) => delete own.documentsOnline)),
    },
    functionOnly: {
      before: (standIn) =>
        standIn.change("BatchGetNames", ({ contacts = [] }) =>
          contacts.forEach((contact) => {
            for (const shown of ["name", "workEmail", "workPhone"]) {
              delete contact[shown];
            }
          }),
        ),
    },
    withoutNames: { before: (standIn) => standIn.refuse("BatchGetNames") },
  },
  "/reads": {
    list: {},
    empty: { before: (standIn) => standIn.answer("ListAccesses", {}) },
    withoutNames: {
      before: async (standIn) => {
        const read = { accessId: randomUUID(), organisationId: randomUUID(), at: now(), dataKind: "month_report", purpose: "reporting" };
        await standIn.answer("ListAccesses", { accesses: [{ ...read, role: "provider_staff" }] });
        await standIn.refuse("BatchGetNames");
      },
    },
  },
  "/contacts": {
    empty: { before: (standIn) => standIn.answer("GetOwnContacts", contacts()) },
    given: { before: (standIn) => standIn.answer("GetOwnContacts", contacts(given)) },
    wrong: {
      before: async (standIn) => {
        await standIn.answer("GetOwnContacts", contacts());
        await standIn.refuse("UpdateOwnContacts", "FIELDS_INVALID", 400, ["contacts.email", "contacts.phone"]);
      },
      then: async (visit) => {
        await visit.page.locator("#email").fill("anna.example.org");
        await visit.page.locator("#phone").fill("070 174");
        await saves(visit);
      },
    },
    saved: {
      before: async (standIn) => {
        await standIn.answer("GetOwnContacts", contacts(given));
        await standIn.answer("UpdateOwnContacts", contacts({ ...given, etag: "2" }));
      },
      then: saves,
    },
    notSaved: {
      before: async (standIn) => {
        await standIn.answer("GetOwnContacts", contacts(given));
        await standIn.refuse("UpdateOwnContacts");
      },
      then: saves,
    },
    elsewhere: {
      before: async (standIn) => {
        await standIn.answer("GetOwnContacts", (count) => contacts(count > 0 && { ...given, etag: "2" }));
        await standIn.refuse("UpdateOwnContacts", "ETAG_MISMATCH", 409);
      },
      then: saves,
    },
  },
  "/copy": {
    ready: {},
    fetching: { before: (standIn) => standIn.hold("own-data"), then: fetches, isUnderWay: true },
    fetched: { before: (standIn) => standIn.give("own-data", '{"records":[\n\n]}\n'), then: fetches },
    failed: { before: (standIn) => standIn.refuse("own-data"), then: fetches },
  },
  "/sessions": {
    list: {},
    notEnded: {
      before: async (standIn) => {
        const userAgent = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0";
        const other = { sessionId: randomUUID(), startedAt: now(), lastUsedAt: now(), userAgent };
        await standIn.change("ListSessions", ({ sessions }) => sessions.push(other));
        await standIn.refuse("EndSession");
      },
      then: (visit) => visit.button("Logga ut där", "Sign out there").last().click(),
    },
  },
  ...STAFF_STATES,
  "/about": { about: { as: NOBODY }, noted: { as: WAITING } },
  "/accessibility": { accessibility: { as: NOBODY } },
  "/return": { returned: { as: NOBODY } },
  "*": { missing: { path: "/no-such-page" } },
  [EVERY_PAGE]: {
    loading: {
      everywhere: (standIn, method) => standIn.hold(method),
      then: (visit) => visit.page.locator(".page .loading").first().waitFor(),
      isUnderWay: true,
    },
    error: { everywhere: (standIn, method) => standIn.refuse(method) },
    ended: { everywhere: (standIn, method) => standIn.refuse(method, "SESSION_ENDED", 401) },
  },
  "first visit": {
    information: { path: "/months", before: (standIn) => standIn.answer("GetOwnNotice", {}) },
    changed: {
      path: "/months",
      before: (standIn) => standIn.answer("GetOwnNotice", { notices: [{ version: "2025-01", shownAt: now() }] }),
    },
    notNoted: {
      path: "/months",
      before: async (standIn) => {
        await standIn.answer("GetOwnNotice", {});
        await standIn.refuse("RecordNoticeShown");
      },
      then: (visit) => visit.button("Gå vidare", "Go on").click(),
    },
  },
  staff: {
    choosing: {
      path: "/staff",
      before: (standIn) =>
        standIn.change("ListMyAccounts", ({ accounts }) => {
          const other = structuredClone(accounts[0]);
          other.account.accountId = randomUUID();
          other.organisationName = "En annan anordnare AB";
          accounts.push(other);
        }),
    },
    noAccount: { path: "/staff", before: (standIn) => standIn.answer("ListMyAccounts", {}) },
    notAllowed: { path: "/staff/inbox", as: ADMINISTRATOR },
  },
  frame: {
    arriving: { path: "/months", before: (standIn) => standIn.hold("session"), isUnderWay: true },
    menu: { path: "/about", widths: [320], then: (visit) => visit.button("Meny", "Menu").click() },
    unreachable: { path: "/months", before: (standIn) => standIn.cutOff("session") },
    failed: { path: "/about", before: (standIn) => standIn.withoutFile("about-page") },
    newVersion: { path: "/about", before: (standIn) => standIn.serveNewer() },
    endsSoon: { path: "/about", before: (standIn) => standIn.change("session", (facts) => endsIn(facts, 100, 3600)) },
    endsForGood: { path: "/about", before: (standIn) => standIn.change("session", (facts) => endsIn(facts, 100, 100)) },
    notSignedOut: {
      path: "/about",
      before: (standIn) => standIn.refuse("SignOut"),
      then: (visit) => visit.button("Logga ut", "Sign out").click(),
    },
  },
  BankID: {
    code: {
      ...signingIn(flow),
      then: elsewhere,
    },
    app: {
      ...signingIn(flow),
      then: (visit) => visit.button("BankID på den här enheten", "BankID on this device").click(),
    },
    cutOff: { ...signingIn(flow, (standIn) => standIn.cutOff("GetSignIn")), then: elsewhere },
    unknown: {
      ...signingIn(flow, async (standIn) => {
        await standIn.cutOff("GetSignIn");
        await standIn.cutOff("CancelSignIn");
      }),
      then: async (visit) => {
        await elsewhere(visit);
        await visit.button("Avbryt", "Cancel").click();
      },
    },
    ended: {
      ...signingIn(() => flow({ state: "FLOW_STATE_FAILED", message: "BANKID_MESSAGE_EXPIRED" })),
      then: elsewhere,
    },
    failed: { as: NOBODY, path: "/login", before: (standIn) => standIn.refuse("StartSignIn"), then: elsewhere },
  },
};

/** What each page behind the sign-in asks for first. */
export const ASKS_FIRST = {
  "/months": "ListOwnMonths",
  [MONTH]: "GetOwnMonth",
  "/consents": "ListOwnConsents",
  "/sent": "ListOwnDisclosures",
  "/services": "ListOwnPlacements",
  "/reads": "ListAccesses",
  "/contacts": "GetOwnContacts",
  "/sessions": "ListSessions",
  ...STAFF_ASKS_FIRST,
};

function signingIn(seen, more = () => undefined) {
  const before = async (standIn) => {
    await standIn.answer("StartSignIn", () => flow());
    await standIn.answer("CancelSignIn", {});
    await standIn.answer("GetSignIn", () => seen());
    await more(standIn);
  };
  return { as: NOBODY, path: "/login", before };
}

function endsIn(facts, idleSeconds, seconds) {
  const at = (after) => new Date(Date.now() + after * 1_000).toISOString();
  Object.assign(facts, { idleExpiresAt: at(idleSeconds), expiresAt: at(seconds) });
}
