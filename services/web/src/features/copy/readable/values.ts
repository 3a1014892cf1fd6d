// What a value of a record is called by people.
import { timestampFromDate } from "@bufbuild/protobuf/wkt";

import { texts as reads } from "@/features/reads/texts";
import { type Formats, formats } from "@/shared/language/format";
import type { Language } from "@/shared/language/language";

import { texts } from "./texts";

/** Names of activities by their codes. */
export type ActivityName = (code: string) => string;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };
export type Fields = { readonly [field: string]: Json };

type Names = Readonly<Record<string, string | undefined>>;

/** What people have written or are called, and what they were given to read: never a code. */
const OWN_WORDS = /^(text|title|body|visibleText|givenName|surname|agencyFunction|userAgent)$/;

/** What the file leaves out where it is nothing, and what is worth telling all the same. */
const LEFT_OUT: Readonly<Record<string, Fields>> = {
  OwnRevision: { creditedMinutes: 0 },
  OwnRow: { creditedMinutes: 0 },
  OwnContacts: { reminders: false },
  OwnPlacement: { documentsOnline: false },
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

export class Words {
  readonly texts;
  readonly formats: Formats;
  readonly #activity: ActivityName;
  /** By the fields that they stand in. */
  readonly #codes: Readonly<Record<string, Names>>;

  constructor(language: Language, activity: ActivityName) {
    this.texts = texts[language];
    this.formats = formats(language);
    this.#activity = activity;
    const { roles, kinds, purposes } = reads[language];
    this.#codes = { role: roles, dataKind: kinds, purpose: purposes };
  }

  /** Of a message by its name in the contract. */
  kind(message: string): string {
    const name = shortOf(message);
    return named(this.texts.kinds, name) ?? name;
  }

  field(name: string): string {
    return named(this.texts.fields, name) ?? name;
  }

  /** A value that is told in one go; undefined for one that has parts. */
  value(field: string, value: Json): string | undefined {
    switch (typeof value) {
      case "boolean":
        return value ? this.texts.yes : this.texts.no;
      case "number":
        return /minutes$/i.test(field) ? this.formats.hours(value) : String(value);
      case "string":
        return this.#text(field, value);
      case "object":
        return value === null ? "" : this.#whole(value);
    }
  }

  #text(field: string, value: string): string {
    if (OWN_WORDS.test(field)) {
      return value;
    }
    if (INSTANT.test(value)) {
      return this.formats.instant(timestampFromDate(new Date(value)));
    }
    const codes = Object.hasOwn(this.#codes, field) ? this.#codes[field] : undefined;
    return field === "activityCode" ? this.#activity(value) : (named(codes ?? this.texts.words, value) ?? value);
  }

  // Days, months and periods are written as everywhere else.
  #whole(value: Fields | readonly Json[]): string | undefined {
    if (isList(value)) {
      return undefined;
    }
    const { year, month, day, from, to } = value;
    if (typeof year === "number" && typeof month === "number") {
      return typeof day === "number" ? this.formats.day({ year, month, day }) : this.formats.month({ year, month });
    }
    if (isFields(from) && Object.keys(value).every((field) => field === "from" || field === "to")) {
      const start = this.value("from", from) ?? "";
      return isFields(to) ? `${start} – ${this.value("to", to) ?? ""}` : `${start} ${this.texts.onwards}`;
    }
    return undefined;
  }
}

/** A record with what the file leaves out of it. */
export function filledUp(message: string, content: Fields): Fields {
  const name = shortOf(message);
  const leftOut = Object.hasOwn(LEFT_OUT, name) ? LEFT_OUT[name] : undefined;
  const missing = Object.entries(leftOut ?? {}).filter(([field]) => !Object.hasOwn(content, field));
  return { ...content, ...Object.fromEntries(missing) };
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !isList(value);
}

function shortOf(message: string): string {
  return message.split(".").at(-1) ?? message;
}

// A word such as "constructor" is no name of ours.
function named(names: Names, key: string): string | undefined {
  return Object.hasOwn(names, key) ? names[key] : undefined;
}
