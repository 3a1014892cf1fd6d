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

test("reason, texts, trace and patience are read from the wire, and what is not known is passed over", () => {
  const wait = message((writer) => writer.tag(1, WireType.Varint).int64(3n));
  const details = readDetails([
    { type: "google.rpc.ErrorInfo", value: message((writer) => [field(1, "RATE_LIMITED"), field(2, "deltaga")].forEach((write) => write(writer))) },
    localized("sv-SE", "Vänta."),
    localized("en", "Wait."),
    { type: "google.rpc.RequestInfo", value: message(field(1, "trace")) },
    { type: "google.rpc.RetryInfo", value: message((writer) => writer.tag(1, WireType.LengthDelimited).bytes(wait)) },
    { type: "google.rpc.Unknown", value: message((writer) => writer.tag(9, WireType.Bit32).fixed32(7)) },
  ]);

  deepStrictEqual(details, {
    reason: "RATE_LIMITED",
    texts: { sv: "Vänta.", en: "Wait." },
    traceId: "trace",
    retryAfterSeconds: 3,
  });
});
