import { deepStrictEqual, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { texts } from "@/features/information/texts";

import { NOTICE_VERSION, shownOf } from "./version";

/** What the version says: people were shown exactly this. */
const WORDS: Readonly<Record<string, string>> = {
  "2026-11": "bdcf9aafd90c4b46",
  "2026-12": "eff1f4850f61d6c1",
};

test("a version says what it said when it was issued", () => {
  const hash = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
  strictEqual(hash, WORDS[NOTICE_VERSION], "other words need a version of their own, which identity must know too");
});

test("an earlier version is not the one that the pages show", () => {
  deepStrictEqual(shownOf([{ version: "2025-01" }]), undefined);
  deepStrictEqual(shownOf([{ version: "2025-01" }, { version: NOTICE_VERSION }]), { version: NOTICE_VERSION });
});
