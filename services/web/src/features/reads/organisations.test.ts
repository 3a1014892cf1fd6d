import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { organisationsOf } from "./organisations";

const read = (role: string, organisationId: string) => ({ role, organisationId });

test("each provider is asked for once, and the agency is not", () => {
  const reads = [read("provider_staff", "1"), read("agency_staff", "2"), read("supplier_system", "3"), read("project_staff", "1")];
  deepStrictEqual(organisationsOf([...reads, read("agency_system", "2")]), ["1", "3"]);
  deepStrictEqual(organisationsOf([read("provider_staff", "")]), []);
});

test("no more are asked for than may be", () => {
  strictEqual(organisationsOf(Array.from({ length: 300 }, (_, number) => read("provider_staff", `${number}`))).length, 200);
});
