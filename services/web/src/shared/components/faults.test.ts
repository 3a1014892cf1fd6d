import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { Code, ConnectError } from "@connectrpc/connect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

import { faultsOf } from "./faults";

const FIELDS = { "contacts.email": "email", "contacts.phone": "phone" };

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

const text = (number: number, value: string) => message((writer) => writer.tag(number, WireType.LengthDelimited).string(value));
const part = (number: number, value: Uint8Array) => message((writer) => writer.tag(number, WireType.LengthDelimited).bytes(value));
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((bytes) => [...bytes]));

function refused(...violations: readonly [field: string, sv: string, en: string][]): ConnectError {
  const error = new ConnectError("refused", Code.InvalidArgument);
  const written = violations.map(([field, sv, en]) =>
    part(1, joined(text(1, field), text(2, en), part(4, joined(text(1, "sv"), text(2, sv))))),
  );
  error.details.push(
    { type: "google.rpc.ErrorInfo", value: text(1, "FIELDS_INVALID") },
    { type: "google.rpc.LocalizedMessage", value: joined(text(1, "sv"), text(2, "Fel.")) },
    { type: "google.rpc.LocalizedMessage", value: joined(text(1, "en"), text(2, "Wrong.")) },
    { type: "google.rpc.BadRequest", value: joined(...written) },
  );
  return error;
}

test("each field that the form has is told what is wrong with it, in the language of the page", () => {
  const error = refused(["contacts.email", "Ingen adress.", "No address."], ["contacts.phone", "Inget nummer.", "No number."]);
  deepStrictEqual(faultsOf(error, FIELDS, "sv"), { email: "Ingen adress.", phone: "Inget nummer." });
  deepStrictEqual(faultsOf(error, FIELDS, "en"), { email: "No address.", phone: "No number." });
});

test("of several faults of a field the first is told, and a field that the form has not is passed over", () => {
  const error = refused(["contacts.email", "Först.", "First."], ["contacts.email", "Sedan.", "Then."], ["request_id", "X.", "X."]);
  deepStrictEqual(faultsOf(error, FIELDS, "sv"), { email: "Först." });
});

test("what is no refusal of fields is no fault of theirs", () => {
  deepStrictEqual(faultsOf(undefined, FIELDS, "sv"), {});
  deepStrictEqual(faultsOf(null, FIELDS, "sv"), {});
  deepStrictEqual(faultsOf(new ConnectError("away", Code.Unavailable), FIELDS, "sv"), {});
});
