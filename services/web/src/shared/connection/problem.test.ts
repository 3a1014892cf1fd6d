import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { Code, ConnectError } from "@connectrpc/connect";

import { isTriedAgain, NO_CONTACT, problemOf } from "./problem";

test("where nothing answers it is told in one way, and tried again", () => {
  const away = new ConnectError("away", Code.Unavailable);
  deepStrictEqual(problemOf(away).text, NO_CONTACT);
  strictEqual(isTriedAgain(away), true);
});

test("without a failure nothing is tried again", () => {
  strictEqual(isTriedAgain(null), false);
  strictEqual(isTriedAgain(undefined), false);
});
