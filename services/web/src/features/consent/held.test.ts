import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";

import { ConsentSchema, Withdrawer } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { afterWithdrawal, changedSince, heldRecipients } from "./held";

const { ESF, SCB } = Recipient;
const at = timestampFromMs(1_000);
const ended = create(ConsentSchema, { consentId: "1", recipient: ESF, withdrawnAt: at });
const toEsf = create(ConsentSchema, { consentId: "2", recipient: ESF });
const toScb = create(ConsentSchema, { consentId: "3", recipient: SCB });

test("a consent that was taken back does not hold", () => {
  deepStrictEqual(heldRecipients([ended]), []);
  deepStrictEqual(heldRecipients([ended, toEsf]), [ESF]);
});

test("what is as it was shown has not changed", () => {
  strictEqual(changedSince([], []), undefined);
  strictEqual(changedSince([ESF, SCB], [ESF, SCB]), undefined);
});

test("a consent given or taken back since it was shown is a change", () => {
  deepStrictEqual(changedSince([ESF], [SCB]), { begun: [SCB], ended: [ESF] });
  deepStrictEqual(changedSince([], [ESF]), { begun: [ESF], ended: [] });
  deepStrictEqual(changedSince([SCB], []), { begun: [], ended: [SCB] });
});

test("a withdrawal ends the consent that holds to its recipient and no other", () => {
  const later = timestampFromMs(2_000);
  const after = afterWithdrawal([ended, toEsf, toScb], ESF, later);
  deepStrictEqual(heldRecipients(after), [SCB]);
  strictEqual(after[0], ended);
  deepStrictEqual([after[1]?.withdrawnAt, after[1]?.withdrawnBy], [later, Withdrawer.PERSON]);
});

test("a withdrawal without an instant leaves no consent to its recipient", () => {
  deepStrictEqual(afterWithdrawal([toEsf, toScb], ESF, undefined), [toScb]);
});
