// How the states of the pages of providers are brought about: lists and months are given in place of the gateway, since those of
// the stack change with every journey.
import { randomUUID } from "node:crypto";

import { ADMINISTRATOR } from "./cast.mjs";

const MONTH = "/staff/participants/:placementId/:month";
const PLACEMENT = randomUUID();

/** What stands in the place of `:placementId/:month`. */
export const SOME_MONTH = `${PLACEMENT}/2026-11`;

const day = (date) => ({ year: 2026, month: 11, day: date });
const at = "2026-12-01T08:00:00Z";
/** Codes of the catalogue. */
const ACTIVITIES = ["JOBBSOKARAKTIVITET", "STUDIEBESOK"];

const placement = (more) => ({
  placementId: PLACEMENT,
  personId: randomUUID(),
  caseReference: "AF-2026-11-101",
  organisationId: randomUUID(),
  unitId: randomUUID(),
  period: { from: day(2), to: { year: 2027, month: 4, day: 30 } },
  status: "PLACEMENT_STATUS_RECEIVED",
  participant: { givenName: "Anna", surname: "Exempel" },
  receivedAt: at,
  ...more,
});

const entry = (date, minutes) => ({ day: day(date), activityCode: ACTIVITIES[0], minutes });
const draft = (etag, ...entries) => ({ etag, entries, savedAt: at });
// Six hours, or a little less that is rounded to as much.
const version = (revision, minutes, more) => ({
  revision,
  submittedAt: at,
  days: [{ day: day(2), activities: [{ activityCode: ACTIVITIES[0], minutes, creditedMinutes: 360 }], creditedMinutes: 360 }],
  creditedMinutes: 360,
  answer: "ANSWER_WAITING",
  answerBefore: "2027-03-01T23:00:00Z",
  ...more,
});
const submitted = version(1, 327, {
  answer: "ANSWER_REJECTED",
  answeredAt: at,
  remarks: [{ day: day(2), activityCode: ACTIVITIES[0], text: "Jag gick hem klockan tre.", writtenAt: at }],
});
const corrected = [
  version(1, 360, { answer: "ANSWER_APPROVED", answeredAt: at }),
  version(2, 345, { answer: "ANSWER_SUPERSEDED", answeredAt: at }),
  version(3, 327),
];
/** A draft of two days, one of which says less than it counts as. */
const drafted = draft("1", entry(2, 360), entry(3, 87));
const month = (more) => ({
  placementId: PLACEMENT,
  month: { year: 2026, month: 11 },
  unitId: randomUUID(),
  status: "MONTH_STATUS_NOT_BEGUN",
  ruleSet: "cooperation_history",
  openDays: [2, 3, 4, 5, 6, 9].map((date) => ({ day: day(date), activityCodes: ACTIVITIES })),
  dayCapMinutes: 480,
  submitFrom: { year: 2000, month: 1, day: 1 },
  closedFrom: { year: 2999, month: 1, day: 1 },
  etag: "1",
  ...more,
});

async function reads(standIn, more) {
  await standIn.answer("BatchGetPlacements", { placements: [placement({ status: "PLACEMENT_STATUS_ACTIVE" })] });
  await standIn.answer("GetMonth", month(more));
}

const listsMonths = (standIn, ...all) =>
  standIn.answer("ListMonths", {
    months: all.map((status) => ({ placementId: randomUUID(), unitId: randomUUID(), status: `MONTH_STATUS_${status}` })),
  });
const receives = (standIn, more) => standIn.answer("ListInbox", { placements: [placement(more)] });
const fill = (visit, text) => visit.page.locator(".grid-day input").first().fill(text);
const save = (visit) => visit.button("Spara utkast", "Save the draft").click();
const submit = (visit) => visit.button("Lämna in månaden", "Submit the month").click();
const submitNow = (visit) => visit.button("Ja, lämna in", "Yes, submit").click();
const assign = (visit) => visit.button("Utse handledare", "Assign supervisor").click();

async function assigns(visit) {
  await visit.page.getByRole("checkbox").first().check();
  await visit.page.getByRole("combobox").selectOption({ index: 1 });
  await assign(visit);
}

async function fillsAndSaves(visit) {
  await fill(visit, "6");
  await save(visit);
}

async function submits(visit) {
  await submit(visit);
  await submitNow(visit);
}

export const STAFF_STATES = {
  "/staff": {
    start: {},
    toDo: {
      before: async (standIn) => {
        const interrupted = placement({ placementId: randomUUID(), status: "PLACEMENT_STATUS_INTERRUPTED_BEFORE_START" });
        await standIn.answer("ListInbox", { placements: [placement(), interrupted] });
        await listsMonths(standIn, "REJECTED", "DRAFT", "NOT_BEGUN");
      },
    },
    nothingToDo: {
      before: async (standIn) => {
        await standIn.answer("ListInbox", {});
        await listsMonths(standIn, "WAITING", "APPROVED");
      },
    },
    counting: { before: (standIn) => standIn.hold("ListMonths"), isUnderWay: true },
    notCounted: { before: (standIn) => standIn.refuse("ListMonths") },
  },
  "/staff/inbox": {
    list: { before: receives },
    empty: { before: (standIn) => standIn.answer("ListInbox", {}) },
    interrupted: { before: (standIn) => receives(standIn, { status: "PLACEMENT_STATUS_INTERRUPTED_BEFORE_START" }) },
    wrong: { before: receives, then: assign },
    assigned: {
      before: async (standIn) => {
        await receives(standIn);
        await standIn.answer("AssignSupervisor", { placements: [placement()] });
      },
      then: assigns,
    },
    notAssigned: {
      before: async (standIn) => {
        await receives(standIn);
        await standIn.refuse("AssignSupervisor");
      },
      then: assigns,
    },
  },
  "/staff/participants": {
    list: {},
    empty: { before: (standIn) => standIn.answer("ListPlacements", {}) },
    withoutMonths: { before: (standIn) => standIn.refuse("ListMonths") },
  },
  [MONTH]: {
    filling: { before: (standIn) => reads(standIn, { draft: drafted }) },
    tooEarly: { before: (standIn) => reads(standIn, { draft: drafted, submitFrom: { year: 2999, month: 1, day: 1 } }) },
    submitted: { before: (standIn) => reads(standIn, { status: "MONTH_STATUS_REJECTED", revisions: [submitted] }) },
    rejected: { before: (standIn) => reads(standIn, { status: "MONTH_STATUS_REJECTED", revisions: [{ ...submitted, remarks: [] }] }) },
    replaced: {
      before: (standIn) => reads(standIn, { status: "MONTH_STATUS_WAITING", revisions: corrected, draft: drafted }),
      then: (visit) => visit.page.locator(".more > summary").click(),
    },
    allSubmitted: { before: (standIn) => reads(standIn, { status: "MONTH_STATUS_WAITING", revisions: corrected }) },
    wrong: {
      before: reads,
      then: async (visit) => {
        await fill(visit, "sju");
        // What is folded is opened again.
        await visit.page.locator(".grid-week > summary").first().click();
        await save(visit);
      },
    },
    draftRefused: {
      before: async (standIn) => {
        await reads(standIn, { draft: drafted });
        await standIn.refuse("SubmitMonth", "FIELDS_INVALID", 400, ["entries[0].minutes"]);
      },
      then: submits,
    },
    saved: {
      before: async (standIn) => {
        await reads(standIn);
        await standIn.answer("SaveMonthDraft", { saved: draft("2", entry(2, 360)) });
      },
      then: fillsAndSaves,
    },
    notSaved: {
      before: async (standIn) => {
        await reads(standIn);
        await standIn.refuse("SaveMonthDraft");
      },
      then: fillsAndSaves,
    },
    conflict: {
      before: async (standIn) => {
        await reads(standIn);
        const conflict = { reason: "ERROR_REASON_ETAG_MISMATCH", field: "etag", currentEtag: "2" };
        const [current, refused] = [draft("2", entry(3, 120)), draft("1", entry(2, 360))];
        await standIn.answer("SaveMonthDraft", { conflict: { ...conflict, current, refused } });
      },
      then: async (visit) => {
        await fillsAndSaves(visit);
        // There is a choice to make before anything else.
        await visit.button("Spara utkast", "Save the draft").waitFor({ state: "detached" });
      },
    },
    submitting: { before: (standIn) => reads(standIn, { draft: drafted }), then: submit },
    sending: {
      before: async (standIn) => {
        await reads(standIn, { draft: drafted });
        await standIn.hold("SubmitMonth");
      },
      then: submits,
      isUnderWay: true,
    },
    overtaken: {
      before: async (standIn) => {
        await reads(standIn, { draft: drafted });
        await standIn.refuse("SubmitMonth", "ETAG_MISMATCH", 409, ["etag"]);
      },
      then: submits,
    },
    notSubmitted: {
      before: async (standIn) => {
        await reads(standIn, { draft: drafted });
        await standIn.refuse("SubmitMonth");
      },
      then: submits,
    },
    received: {
      before: async (standIn) => {
        await reads(standIn);
        const read = { draft: draft("1", entry(2, 327)) };
        await standIn.answer("GetMonth", (count) => month(count === 0 ? read : { revisions: [version(1, 327)] }));
        await standIn.answer("SubmitMonth", { monthReportId: randomUUID(), revision: version(1, 327) });
      },
      then: submits,
    },
    closed: { before: (standIn) => reads(standIn, { closedFrom: { year: 2026, month: 1, day: 1 }, revisions: [submitted] }) },
    noDays: { before: (standIn) => reads(standIn, { openDays: [] }) },
  },
  "/staff/accounts": {
    list: { as: ADMINISTRATOR },
    empty: { as: ADMINISTRATOR, before: (standIn) => standIn.answer("ListAccounts", {}) },
  },
};

/** What each of them asks for first. */
export const STAFF_ASKS_FIRST = {
  "/staff": "ListMyAccounts",
  "/staff/inbox": "ListInbox",
  "/staff/participants": "ListPlacements",
  [MONTH]: "GetMonth",
  "/staff/accounts": "ListAccounts",
};
