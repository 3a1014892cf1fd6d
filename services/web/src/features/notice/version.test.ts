import { deepStrictEqual, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { texts } from "@/features/information/texts";

import { NOTICE_ISSUED_ON, NOTICE_VERSION, shownOf } from "./version";

/** What each version says, and since when: people were shown exactly this. */
const ISSUED: Readonly<Record<string, { words: string; on: string }>> = {
  "2026-11": { words: "bdcf9aafd90c4b46", on: "2026-11-23" },
  "2026-12": { words: "eff1f4850f61d6c1", on: "2026-11-23" },
};

test("a version says what it said when it was issued", () => {
  const hash = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
  strictEqual(hash, ISSUED[NOTICE_VERSION]?.words, "other words need a version of their own, which identity must know too");
});

test("a version is told to hold from the day on which it was issued", () => {
  const { year, month, day } = NOTICE_ISSUED_ON;
  strictEqual([year, month, day].join("-"), ISSUED[NOTICE_VERSION]?.on);
});

test("an earlier version is not the one that the pages show", () => {
  deepStrictEqual(shownOf([{ version: "2025-01" }]), undefined);
  deepStrictEqual(shownOf([{ version: "2025-01" }, { version: NOTICE_VERSION }]), { version: NOTICE_VERSION });
});
