import { ok, strictEqual } from "node:assert";
import { test } from "node:test";

import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { texts } from "./texts";

const LANGUAGES = [texts.sv, texts.en];

test("whoever sees the month by a consent that holds is named beside those who may be ticked", () => {
  for (const { whoSeesIt, recipients } of LANGUAGES) {
    const [esf, scb] = [recipients[Recipient.ESF], recipients[Recipient.SCB]];
    const told = whoSeesIt([scb], [esf]);
    ok(told.includes(esf) && told.includes(scb), told);
    // What holds comes before what may be ticked.
    ok(told.indexOf(esf) < told.indexOf(scb), told);
  }
});

test("where no consent holds those who may be ticked are named alone", () => {
  strictEqual(texts.en.whoSeesIt(["A"], []), "Your provider and Arbetsförmedlingen see the month already. If you say yes to A here, that recipient also gets data about the month.");
  ok(texts.en.whoSeesIt(["A", "B"], []).endsWith("If you say yes to A or B here, that recipient also gets data about the month."));
});
