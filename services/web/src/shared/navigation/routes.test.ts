import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { partsOf } from "./routes";

test("a path has the parts of the pattern it has the form of", () => {
  deepStrictEqual(partsOf("/months/:id", "/months/a%2Fb"), { id: "a/b" });
  deepStrictEqual(partsOf("/months", "/months/"), {});
  for (const path of ["/", "/months", "/months/1/2", "/consents/1"]) {
    strictEqual(partsOf("/months/:id", path), undefined);
  }
});
