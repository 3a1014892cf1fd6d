import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { isWhole, nameOf } from "./whole";

const chunks = (...texts: string[]) => texts.map((text) => new TextEncoder().encode(text));

test("a file that ends as it should is whole, wherever it was split", () => {
  for (const whole of [["{\"records\":[\n\n]}\n"], ["{\"records\":[", "\n]}\n"], ["{\"records\":[\n]", "}", "\n"], ["{}\n", "]}", "\n", ""]]) {
    strictEqual(isWhole(chunks(...whole)), true, whole.join("|"));
  }
});

test("a file that was cut is not whole", () => {
  for (const cut of [[], [""], ["{\"records\":["], ["{\"records\":[{}", ",\n{}"], ["{\"records\":[\n]"], ["{}\n]}"], ["{\"records\":[\n{\"days\":[1]}", "\n"], ["{\"records\":[{\"days\":[", "]}"]]) {
    strictEqual(isWhole(chunks(...cut)), false, cut.join("|"));
  }
});

test("the file has the name that it was given, or a plain one", () => {
  deepStrictEqual(
    ['attachment; filename="deltaga-2026-11-23.json"', "attachment", null, 'attachment; filename="../a b"'].map(nameOf),
    ["deltaga-2026-11-23.json", "deltaga.json", "deltaga.json", "deltaga.json"],
  );
});
