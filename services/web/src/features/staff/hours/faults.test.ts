import { deepStrictEqual, strictEqual } from "node:assert";
import { test } from "node:test";

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";

import { isOutdated, namesField, ofMonth, refusedIn, unreadIn } from "./faults";

const day = (date: number) => ({ year: 2026, month: 11, day: date });
const entry = (date: number, minutes: number) => ({ day: day(date), activityCode: "A", minutes });
const SENT = { ids: ["hours-2-A", "hours-3-A"], entries: [entry(2, 60), entry(3, 1500)] };

const field = (number: number, value: Uint8Array) => new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
const text = (number: number, value: string) => field(number, new TextEncoder().encode(value));
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((bytes) => [...bytes]));

function refused(reason: string, ...fields: readonly string[]): ConnectError {
  const error = new ConnectError("refused", Code.InvalidArgument);
  const violations = fields.map((name) => field(1, joined(text(1, name), text(2, "Wrong."), field(4, joined(text(1, "sv"), text(2, "Fel."))))));
  error.details.push(
    { type: "google.rpc.ErrorInfo", value: text(1, reason) },
    { type: "google.rpc.LocalizedMessage", value: joined(text(1, "sv"), text(2, "Nej.")) },
    { type: "google.rpc.LocalizedMessage", value: joined(text(1, "en"), text(2, "No.")) },
    { type: "google.rpc.BadRequest", value: joined(...violations) },
  );
  return error;
}

test("a refusal is told at the fields of what it refused", () => {
  const error = refused("FIELDS_INVALID", "entries[1].minutes");
  deepStrictEqual(refusedIn({ error, sent: SENT }, SENT, "sv"), { "hours-3-A": "Fel." });
  const other = { ids: ["hours-9-A", "hours-10-A"], entries: [entry(9, 60), entry(10, 1500)] };
  deepStrictEqual(refusedIn({ error, sent: other }, other, "en"), { "hours-10-A": "Wrong." });
  deepStrictEqual(refusedIn(undefined, SENT, "sv"), {});
});

test("a field that was refused is told no longer once it says something else", () => {
  const refusal = { error: refused("FIELDS_INVALID", "entries[0].minutes", "entries[1].minutes"), sent: SENT };
  const corrected = { ids: SENT.ids, entries: [entry(2, 60), entry(3, 480)] };
  deepStrictEqual(refusedIn(refusal, corrected, "en"), { "hours-2-A": "Wrong." });
  const emptied = { ids: ["hours-3-A"], entries: [entry(3, 1500)] };
  deepStrictEqual(refusedIn(refusal, emptied, "en"), { "hours-3-A": "Wrong." });
});

test("what is said of the month as a whole names no field, and is told all the same", () => {
  const [ofEntry, ofAll] = [refused("FIELDS_INVALID", "entries[0].day"), refused("FIELDS_INVALID", "month")];
  deepStrictEqual([ofEntry, ofAll].map((error) => namesField({ error, sent: SENT })), [true, false]);
  deepStrictEqual(ofMonth(ofAll, "sv"), ["Fel."]);
  deepStrictEqual(ofMonth(ofAll, "en"), ["Wrong."]);
});

test("a field that holds no time is told until it does", () => {
  const checked = { unread: ["hours-2-A", "hours-3-A"] };
  deepStrictEqual(unreadIn(checked, { unread: ["hours-3-A", "hours-4-A"] }, "?"), { "hours-3-A": "?" });
  deepStrictEqual(unreadIn(undefined, checked, "?"), {});
});

test("only a change of what stands there no longer is outdated", () => {
  strictEqual(isOutdated(refused("ETAG_MISMATCH", "etag")), true);
  strictEqual(isOutdated(refused("FIELDS_INVALID", "month")), false);
  strictEqual(isOutdated(new ConnectError("away", Code.Unavailable)), false);
  strictEqual(isOutdated(null), false);
});
