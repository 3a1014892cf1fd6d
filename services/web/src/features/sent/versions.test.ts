import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { DisclosureState } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { areAllThere, sentBefore, standingOf } from "./versions";

const { ESF, SCB } = Recipient;
const { SENT, NOT_ARRIVED, POSSIBLY_SENT, RECEIPTED, REFUSED, IN_TRANSFER } = DisclosureState;
const sent = (revision: number, recipient = ESF, state = SENT, monthReportId = "month") => ({ monthReportId, recipient, revision, state });

test("of what had left before a correction each recipient's last version is told", () => {
  const rows = [sent(1), sent(2), sent(1, SCB, IN_TRANSFER), sent(3), sent(1, ESF, SENT, "another")];
  deepStrictEqual(sentBefore(rows, "month", 3), [sent(2), sent(1, SCB, IN_TRANSFER)]);
});

test("only what did not arrive had not left: what a recipient refuses has reached it", () => {
  const refused = sent(1, SCB, REFUSED);
  deepStrictEqual(sentBefore([sent(1, ESF, NOT_ARRIVED), refused], "month", 2), [refused]);
});

test("a version stays told until a later one is known to have taken its place", () => {
  for (const state of [REFUSED, IN_TRANSFER, POSSIBLY_SENT]) {
    const rows = [sent(1), sent(2, ESF, state)];
    deepStrictEqual(sentBefore(rows, "month", 3), rows);
  }
  deepStrictEqual(sentBefore([sent(1), sent(2, ESF, RECEIPTED)], "month", 3), [sent(2, ESF, RECEIPTED)]);
});

test("versions are said to be with their recipients only where each of them is", () => {
  strictEqual(areAllThere([sent(1), sent(1, SCB, RECEIPTED)]), true);
  for (const state of [REFUSED, IN_TRANSFER, POSSIBLY_SENT]) {
    strictEqual(areAllThere([sent(1), sent(1, SCB, state)]), false);
  }
});

test("a version is replaced where a later one left for the same recipient, and only there", () => {
  strictEqual(standingOf(sent(1), [sent(1), sent(2)], 2), "replaced");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, SCB)], 2), "corrected");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, ESF, NOT_ARRIVED)], 2), "corrected");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, ESF, SENT, "another")], undefined), "only");
});

test("what became of a correction is told as it is", () => {
  const standing = (...states: DisclosureState[]) => standingOf(sent(1), [sent(1), ...states.map((state, index) => sent(index + 2, ESF, state))], 4);
  deepStrictEqual([REFUSED, IN_TRANSFER, POSSIBLY_SENT].map((state) => standing(state)), ["refused", "replacing", "perhapsReplaced"]);
  strictEqual(standing(RECEIPTED, REFUSED), "replaced");
  strictEqual(standing(REFUSED, IN_TRANSFER), "replacing");
  strictEqual(standing(REFUSED, NOT_ARRIVED), "refused");
});

test("the provider's latest version counts, and one that was never corrected says nothing of others", () => {
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], 2), "latest");
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], 3), "corrected");
  strictEqual(standingOf(sent(1), [sent(1)], 1), "only");
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], undefined), "only");
});
