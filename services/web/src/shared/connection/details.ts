// The google.rpc details of a refusal, read from the wire: reason, text in both languages, fields that are wrong, trace and when
// to try again.
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

export interface Details {
  reason?: string;
  texts: Readonly<Record<string, string>>;
  violations: readonly Violation[];
  traceId?: string;
  retryAfterSeconds?: number;
}

/** What is wrong about a field, which is named as the contract names it. */
export interface Violation {
  readonly field: string;
  readonly texts: { readonly sv: string; readonly en: string };
}

interface Part {
  type: string;
  value: Uint8Array;
}

type Fields = ReadonlyMap<number, readonly Field[]>;
type Field = bigint | Uint8Array;

export function readDetails(parts: readonly Part[]): Details {
  const texts: Record<string, string> = {};
  const details: Details = { texts, violations: [] };
  for (const { type, value } of parts) {
    const fields = readFields(value);
    switch (type) {
      case "google.rpc.ErrorInfo":
        details.reason = text(fields, 1);
        break;
      case "google.rpc.LocalizedMessage":
        texts[text(fields, 1).split("-")[0] ?? ""] = text(fields, 2);
        break;
      case "google.rpc.BadRequest":
        details.violations = (fields.get(1) ?? []).flatMap((part) => (part instanceof Uint8Array ? [violation(part)] : []));
        break;
      case "google.rpc.RequestInfo":
        details.traceId = text(fields, 1);
        break;
      case "google.rpc.RetryInfo":
        details.retryAfterSeconds = seconds(fields);
        break;
    }
  }
  return details;
}

// There is one description and one text for people: the first is English, the other Swedish.
function violation(bytes: Uint8Array): Violation {
  const fields = readFields(bytes);
  const localized = fields.get(4)?.[0];
  const sv = localized instanceof Uint8Array ? text(readFields(localized), 2) : "";
  return { field: text(fields, 1), texts: { sv, en: text(fields, 2) } };
}

function seconds(fields: Fields): number {
  const delay = fields.get(1)?.[0];
  const whole = delay instanceof Uint8Array ? readFields(delay).get(1)?.[0] : undefined;
  return typeof whole === "bigint" ? Number(whole) : 0;
}

function text(fields: Fields, number: number): string {
  const field = fields.get(number)?.at(-1);
  return field instanceof Uint8Array ? new TextDecoder().decode(field) : "";
}

function readFields(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Field[]>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = readField(reader, number, wireType);
    if (field !== undefined) {
      fields.set(number, [...(fields.get(number) ?? []), field]);
    }
  }
  return fields;
}

function readField(reader: BinaryReader, number: number, wireType: WireType): Field | undefined {
  switch (wireType) {
    case WireType.LengthDelimited:
      return reader.bytes();
    case WireType.Varint:
      return BigInt(reader.int64());
    default:
      reader.skip(wireType, number);
      return undefined;
  }
}
