import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { emailFault, phoneFault } from "./wrong";

test("an address is told what it lacks", () => {
  const told = ["", "  ", "anna andersson", "anna @example.org", "anna.example.org", "anna@", "anna@example", " anna@.org "].map(emailFault);
  deepStrictEqual(told, ["missing", "missing", "space", "space", "noAt", "incomplete", "incomplete", "incomplete"]);
});

test("a number is told what is wrong with it", () => {
  const told = ["0701740605", "46701740605", "+0701740605", "070-ring mig", "+46+70", "(070) 17", "+46 70", "+46 70 174 06 05 12 34 56 78"].map(phoneFault);
  deepStrictEqual(told, ["noCountry", "noCountry", "noCountry", "letters", "letters", "letters", "length", "length"]);
});
