import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { DisclosureState } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { sentBefore, standingOf } from "./versions";

const { ESF, SCB } = Recipient;
const { SENT, NOT_ARRIVED, REFUSED, IN_TRANSFER } = DisclosureState;
const sent = (revision: number, recipient = ESF, state = SENT, monthReportId = "month") => ({ monthReportId, recipient, revision, state });

test("of what had left before a correction each recipient's last version is told", () => {
  const rows = [sent(1), sent(2), sent(1, SCB, IN_TRANSFER), sent(3), sent(1, ESF, SENT, "another")];
  deepStrictEqual(sentBefore(rows, "month", 3), [sent(2), sent(1, SCB, IN_TRANSFER)]);
});

test("what did not arrive or was refused had not left", () => {
  deepStrictEqual(sentBefore([sent(1, ESF, NOT_ARRIVED), sent(1, SCB, REFUSED)], "month", 2), []);
});

test("a version is replaced where a later one left for the same recipient, and only there", () => {
  strictEqual(standingOf(sent(1), [sent(1), sent(2)], 2), "replaced");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, SCB)], 2), "corrected");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, ESF, NOT_ARRIVED)], 2), "corrected");
  strictEqual(standingOf(sent(1), [sent(1), sent(2, ESF, SENT, "another")], undefined), "only");
});

test("the provider's latest version counts, and one that was never corrected says nothing of others", () => {
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], 2), "latest");
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], 3), "corrected");
  strictEqual(standingOf(sent(1), [sent(1)], 1), "only");
  strictEqual(standingOf(sent(2), [sent(1), sent(2)], undefined), "only");
});
