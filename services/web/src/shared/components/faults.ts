// What a refusal says of the fields of a form.
import { problemOf } from "@/shared/connection/problem";
import type { Language } from "@/shared/language/language";

/** What is wrong, by the id of the field. */
export type Faults = Readonly<Record<string, string>>;

/** What a refusal says of fields that the form has; fields are given by their names in the contract. */
export function faultsOf(error: unknown, fields: Readonly<Record<string, string>>, language: Language): Faults {
  const found: Record<string, string> = {};
  for (const { field, texts: told } of error ? problemOf(error).violations : []) {
    const id = fields[field];
    if (id !== undefined) {
      found[id] ??= told[language] || told.sv;
    }
  }
  return found;
}
