import { deepStrictEqual } from "node:assert";
import { test } from "node:test";

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

import { readDetails } from "./details";

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

const field = (number: number, value: string) => (writer: BinaryWriter) => {
  writer.tag(number, WireType.LengthDelimited).string(value);
};
const localized = (locale: string, text: string) => ({
  type: "google.rpc.LocalizedMessage",
  value: message((writer) => [field(1, locale), field(2, text)].forEach((write) => write(writer))),
});

test("reason, texts, wrong fields, trace and patience are read from the wire, and what is not known is passed over", () => {
  const wait = message((writer) => writer.tag(1, WireType.Varint).int64(3n));
  const violation = message((writer) => {
    [field(1, "contacts.email"), field(2, "Not an address."), field(3, "EMAIL_INVALID")].forEach((write) => write(writer));
    const swedish = message((inner) => [field(1, "sv-SE"), field(2, "Ingen adress.")].forEach((write) => write(inner)));
    writer.tag(4, WireType.LengthDelimited).bytes(swedish);
  });
  const details = readDetails([
    { type: "google.rpc.ErrorInfo", value: message((writer) => [field(1, "RATE_LIMITED"), field(2, "deltaga")].forEach((write) => write(writer))) },
    localized("sv-SE", "Vänta."),
    localized("en", "Wait."),
    { type: "google.rpc.BadRequest", value: message((writer) => writer.tag(1, WireType.LengthDelimited).bytes(violation)) },
    { type: "google.rpc.RequestInfo", value: message(field(1, "trace")) },
    { type: "google.rpc.RetryInfo", value: message((writer) => writer.tag(1, WireType.LengthDelimited).bytes(wait)) },
    { type: "google.rpc.Unknown", value: message((writer) => writer.tag(9, WireType.Bit32).fixed32(7)) },
  ]);

  deepStrictEqual(details, {
    reason: "RATE_LIMITED",
    texts: { sv: "Vänta.", en: "Wait." },
    violations: [{ field: "contacts.email", texts: { sv: "Ingen adress.", en: "Not an address." } }],
    traceId: "trace",
    retryAfterSeconds: 3,
  });
});
