import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { BatchGetNamesResponseSchema } from "@/gen/deltaga/staff/v1/name_service_pb";

import { askedFor, namedOf } from "./named";

const placed = (number: number, supervisorAccountId?: string) => ({
  organisationId: `organisation ${number}`,
  unitId: `unit ${number}`,
  officeId: `office ${number}`,
  ...(supervisorAccountId !== undefined && { supervisorAccountId }),
});

test("each id is asked for once, and none where there is no supervisor", () => {
  deepStrictEqual(askedFor([placed(1, "account"), placed(1, "account"), placed(2)]), {
    organisationIds: ["organisation 1", "organisation 2"],
    unitIds: ["unit 1", "unit 2"],
    accountIds: ["account"],
  });
});

test("no more ids are asked for than may be", () => {
  const asked = askedFor(Array.from({ length: 300 }, (_, number) => placed(number, `account ${number}`)));
  const count = asked.organisationIds.length + asked.unitIds.length + asked.accountIds.length;
  ok(count <= 200 && count > 190, String(count));
  strictEqual(asked.unitIds[0], "unit 0");
});

const names = create(BatchGetNamesResponseSchema, {
  organisations: [{ organisationId: "organisation 1", name: "Anordnaren" }],
  units: [
    {
      unitId: "unit 1",
      name: "Enheten",
      serviceName: "Rusta och matcha",
      offices: [{ officeId: "office 1", city: "Umeå" }, { officeId: "office 2", city: "Luleå" }],
    },
  ],
  contacts: [{ accountId: "account", name: "Anna" }],
});

test("a placement has the names of its own ids", () => {
  const { provider, unit, service, place, supervisor } = namedOf(names, placed(1, "account"));
  deepStrictEqual([provider, unit, service, place?.city, supervisor?.name], ["Anordnaren", "Enheten", "Rusta och matcha", "Umeå", "Anna"]);
});

test("what was not answered is not known, and nobody else's name takes its place", () => {
  const { provider, unit, service, place, supervisor } = namedOf(names, placed(3, "another"));
  deepStrictEqual([provider, unit, service, place, supervisor], [undefined, undefined, undefined, undefined, undefined]);
  strictEqual(namedOf(names, placed(1)).supervisor, undefined);
});
