import { deepStrictEqual, strictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { numberWithCountry, plainNumber } from "./number";
import { emailFault, phoneFault } from "./wrong";

/** How identity judges addresses, whose tests read the same; tests are run in the folder of the pages. */
const VECTORS = "../../tests/support/vectors/contact_points.tsv";

const faults = (judge: (text: string) => string | undefined, table: Readonly<Record<string, string>>) =>
  deepStrictEqual(Object.fromEntries(Object.keys(table).map((text) => [text, judge(text)])), table);

test("an address is told what it lacks, and no more than is true of it", () => {
  faults(emailFault, {
    "": "missing",
    "  ": "missing",
    "anna andersson": "space",
    "anna @example.org": "space",
    "anna.example.org": "noAt",
    "anna@b@example.org": "manyAts",
    "åsa@example.org": "signs",
    "asa@exämple.org": "signs",
    "a,b@example.org": "signs",
    "<a@example.org>": "signs",
    "a\u200b@example.org": "signs",
    "anna@": "incomplete",
    "@example.org": "incomplete",
    "anna@example": "incomplete",
    "anna@example.": "incomplete",
    " anna@.org ": "incomplete",
    "a..b@x.se": "dots",
    ".a@x.se": "dots",
    "a.@x.se": "dots",
    "a@x..se": "dots",
    "a@x.se.": "dots",
    [`${"a".repeat(65)}@x.se`]: "long",
    [`a@${"b".repeat(250)}.se`]: "long",
  });
});

test("a number is told what is wrong with it", () => {
  faults(phoneFault, {
    "0701740605": "noCountry",
    "46701740605": "noCountry",
    "+0701740605": "noCountry",
    "070-ring mig": "letters",
    "+46+70": "letters",
    "(070) 17": "letters",
    "+46 70": "length",
    "+46 70 174 06 05 12 34 56 78": "length",
  });
});

test("a number as it is dialled in Sweden gets its country, and every other stays as it is", () => {
  const sent = {
    "070-174 06 05": "+46701740605",
    "00 46 70 174 06 05": "+46701740605",
    "004512345678": "+4512345678",
    "+46 70 174 06 05": "+46701740605",
    "46701740605": "46701740605",
    "+0701740605": "+0701740605",
    "000": "000",
    "": "",
  };
  deepStrictEqual(Object.fromEntries(Object.keys(sent).map((typed) => [typed, numberWithCountry(typed)])), sent);
});

test("a right number is taken whatever stands between its digits", () => {
  for (const between of [" ", "-", "\t", "\u00a0", "\u2009", "\u202f", "\u2011", "\u2013", "\u2212", "\u200e"]) {
    strictEqual(plainNumber(`${between}+46${between}70${between}1740605${between}`), "+46701740605", JSON.stringify(between));
  }
});

test("a fault is found where identity refuses, and only there", () => {
  const lines = readFileSync(VECTORS, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const [kind, text = "", , judged] of lines.map((line) => line.split("\t"))) {
    const fault = kind === "email" ? emailFault(text) : phoneFault(text);
    strictEqual(fault === undefined, judged !== "refused", `${text}: ${fault}`);
  }
  strictEqual(lines.length > 30, true);
});
