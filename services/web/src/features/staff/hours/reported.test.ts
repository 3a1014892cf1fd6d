import { deepStrictEqual, strictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isRoundedUp, reportedOf, ROUNDED_UP_TO, sumsOf } from "./reported";

const WHOLE_HOURS = "cooperation_history";
/** The rule sets themselves, of the service that rounds; tests are run in the folder of the pages. */
const RULE_SETS = "../attendance/src/domain/rule_set/rule_sets.toml";

test("each activity of a day counts as whole hours, rounded up", () => {
  const counted = [0, 1, 15, 59, 60, 61, 69, 421, 480].map((minutes) => reportedOf(minutes, WHOLE_HOURS));
  deepStrictEqual(counted, [0, 60, 60, 60, 60, 120, 120, 480, 480]);
});

test("rows are rounded and not their sum", () => {
  deepStrictEqual(sumsOf([{ minutes: 69 }, { minutes: 87 }, { minutes: 60 }], WHOLE_HOURS), { typed: 216, reported: 300 });
  deepStrictEqual(sumsOf([], WHOLE_HOURS), { typed: 0, reported: 0 });
});

test("a rule set that rounds nothing takes what stands there", () => {
  deepStrictEqual(sumsOf([{ minutes: 69 }, { minutes: 15 }], "esf_plus_participant"), { typed: 84, reported: 84 });
  strictEqual(isRoundedUp("esf_plus_participant"), false);
  strictEqual(isRoundedUp(WHOLE_HOURS), true);
});

test("what is said to be rounded is what the service rounds", () => {
  const known = readFileSync(RULE_SETS, "utf8").split("[[rule_set]]").slice(1);
  const rounding = known.filter((ruleSet) => /^unit = "whole_hours"$/m.test(ruleSet));
  const codes = rounding.map((ruleSet) => /^code = "(.*)"$/m.exec(ruleSet)?.[1]);
  deepStrictEqual(Object.keys(ROUNDED_UP_TO), codes);
});
