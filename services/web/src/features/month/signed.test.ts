import { strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { ApprovalOutcome, OwnMonthSchema } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentOutcome } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { minutesOf, signedRevision } from "./signed";

const consent = { kind: "consent", outcome: ConsentOutcome.GIVEN, recipient: Recipient.ESF } as const;

test("the revision that was signed is the one that the answer names", () => {
  const approval = { kind: "approval", outcome: ApprovalOutcome.TOO_LATE_SUPERSEDED, revision: 2, at: undefined } as const;
  strictEqual(signedRevision([consent, approval]), 2);
});

test("where the answer could not be read it is the one that was prepared", () => {
  const document = { kind: "approval", signatureId: "signature", revision: 3 } as const;
  strictEqual(signedRevision([{ kind: "unread", document, error: undefined }, consent]), 3);
});

test("hours of another revision are not shown as those that were signed", () => {
  const corrected = create(OwnMonthSchema, { summary: { revision: 3, creditedMinutes: 600 } });
  strictEqual(minutesOf(corrected, 3), 600);
  strictEqual(minutesOf(corrected, 2), undefined);
});
