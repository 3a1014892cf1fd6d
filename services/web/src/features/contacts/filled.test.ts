import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { Language } from "@/gen/deltaga/types/v1/types_pb";

import { differs, filledOf, ownerOf } from "./filled";

const saved = { email: "a@example.org", phone: "", language: Language.SV, reminders: false };

test("what is filled in as it is saved differs in nothing", () => {
  strictEqual(differs(filledOf(saved), saved), false);
  strictEqual(differs({ ...filledOf(saved), email: " a@example.org " }, saved), false);
});

test("a number is the same however it is written", () => {
  const phone = "+46701740605";
  for (const typed of ["+46 70-174 06\u2009\u201105", "070-174 06 05", "0046 70 174 06 05"]) {
    strictEqual(differs({ ...filledOf(saved), phone: typed }, { ...saved, phone }), false, typed);
  }
});

test("each field that was changed differs", () => {
  const changes = [{ email: "" }, { phone: "+46701740605" }, { language: Language.EN }, { reminders: true }];
  deepStrictEqual(changes.map((change) => differs({ ...filledOf(saved), ...change }, saved)), changes.map(() => true));
});

test("a language that was never chosen is Swedish", () => {
  strictEqual(filledOf({ ...saved, language: Language.UNSPECIFIED }).language, Language.SV);
});

test("the owner is the same in whatever order the placements come, and nobody where there are none", () => {
  strictEqual(ownerOf([{ placementId: "b" }, { placementId: "a" }]), "a");
  strictEqual(ownerOf([{ placementId: "a" }, { placementId: "b" }]), "a");
  strictEqual(ownerOf([]), undefined);
  strictEqual(ownerOf(undefined), undefined);
});
