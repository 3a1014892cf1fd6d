import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { Recipient } from "@/gen/deltaga/types/v1/types_pb";

import { chosenOf, ticksFor } from "./ticks";

const { ESF, SCB } = Recipient;
const wordings = [
  { recipient: ESF, version: 1 },
  { recipient: SCB, version: 4 },
];

test("a tick counts for a recipient without a consent", () => {
  deepStrictEqual(chosenOf(ticksFor([ESF, SCB], wordings), [ESF, SCB], wordings), [ESF, SCB]);
});

test("a tick for a recipient that has a consent by now does not count", () => {
  deepStrictEqual(chosenOf(ticksFor([ESF, SCB], wordings), [SCB], wordings), [SCB]);
});

test("a tick does not count under another wording than the one it was made under", () => {
  const later = [wordings[0]!, { recipient: SCB, version: 5 }];
  deepStrictEqual(chosenOf(ticksFor([ESF, SCB], wordings), [ESF, SCB], later), [ESF]);
});

test("nothing is ticked where no wording is shown", () => {
  deepStrictEqual(ticksFor([ESF], []), []);
  deepStrictEqual(chosenOf(ticksFor([ESF], wordings), [ESF], []), []);
});
