import { deepStrictEqual, rejects, strictEqual } from "node:assert";
import { test } from "node:test";

import { madeAndSaved } from "./saving";

function saving(whileMaking: () => void) {
  const saved: string[] = [];
  const make = async (whole: string) => {
    whileMaking();
    return Promise.resolve(`${whole}, made`);
  };
  return { saved, of: { make, save: (made: string) => void saved.push(made) } };
}

test("what is made is saved once", async () => {
  const { saved, of } = saving(() => undefined);
  strictEqual(await madeAndSaved("a file", of, new AbortController().signal), "a file, made");
  deepStrictEqual(saved, ["a file, made"]);
});

test("what is given up while it is made is not saved", async () => {
  const underWay = new AbortController();
  const { saved, of } = saving(() => underWay.abort());
  await rejects(madeAndSaved("a file", of, underWay.signal), { name: "AbortError" });
  deepStrictEqual(saved, []);
});

test("what was given up before is not even made", async () => {
  const underWay = new AbortController();
  underWay.abort();
  let made = 0;
  const { saved, of } = saving(() => (made += 1));
  await rejects(madeAndSaved("a file", of, underWay.signal), { name: "AbortError" });
  deepStrictEqual([made, saved], [0, []]);
});
