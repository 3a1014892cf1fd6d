import { strictEqual } from "node:assert";
import { test } from "node:test";

import { noteServerTime, serverNow } from "./clock";

const HERE = Date.parse("2026-12-01T00:10:00Z");

test("the time is that of the service, however the clock is set here", () => {
  strictEqual(serverNow(HERE).toISOString(), "2026-12-01T00:10:00.000Z");
  strictEqual(noteServerTime("Mon, 30 Nov 2026 22:10:00 GMT", HERE), 2 * 60 * 60 * 1000);
  strictEqual(serverNow(HERE).toISOString(), "2026-11-30T22:10:00.000Z");
});

test("an answer that tells no time changes nothing", () => {
  noteServerTime("Mon, 30 Nov 2026 22:10:00 GMT", HERE);
  strictEqual(noteServerTime(null, HERE), 2 * 60 * 60 * 1000);
  strictEqual(noteServerTime("soon", HERE), 2 * 60 * 60 * 1000);
});
