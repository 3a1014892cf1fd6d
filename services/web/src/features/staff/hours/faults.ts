// What is wrong with hours: what cannot be read as time is found here; the rest is for the service, which names entries by their
// place in what was sent, and so each refusal comes with what it refuses.
import { type Faults, faultsOf } from "@/shared/components/faults";
import { problemOf } from "@/shared/connection/problem";
import type { Language } from "@/shared/language/language";

import type { Filled } from "./grid";

/** A call that was refused, and what it sent. */
export interface Refusal {
  readonly error: unknown;
  readonly sent: Sent;
}

type Sent = Pick<Filled, "ids" | "entries">;

/** Fields that hold no time, of those that did not when somebody last wanted to send them. */
export function unreadIn(checked: Pick<Filled, "unread"> | undefined, now: Pick<Filled, "unread">, told: string): Faults {
  const unread = checked?.unread.filter((id) => now.unread.includes(id)) ?? [];
  return Object.fromEntries(unread.map((id) => [id, told]));
}

/** What is refused of what stands there now: a field that says something else by now was not refused. */
export function refusedIn(refusal: Refusal | undefined, now: Sent, language: Language): Faults {
  if (!refusal) {
    return {};
  }
  const found = Object.entries(foundBy(refusal, language));
  return Object.fromEntries(found.filter(([id]) => minutesIn(refusal.sent, id) === minutesIn(now, id)));
}

export function namesField(refusal: Refusal): boolean {
  return Object.keys(foundBy(refusal, "sv")).length > 0;
}

/** What a refusal says of the month as a whole, for which there is no field. */
export function ofMonth(error: unknown, language: Language): readonly string[] {
  return problemOf(error).violations.map(({ texts }) => texts[language] || texts.sv);
}

/** Whether it was sent as a change of what stands there no longer. Sent again it would be refused again. */
export function isOutdated(error: unknown): boolean {
  return error !== null && error !== undefined && problemOf(error).reason === "ETAG_MISMATCH";
}

function foundBy(refusal: Refusal, language: Language): Faults {
  const fields = refusal.sent.ids.flatMap((id, index) =>
    ["", ".day", ".activity_code", ".minutes"].map((part) => [`entries[${index}]${part}`, id]),
  );
  return faultsOf(refusal.error, Object.fromEntries(fields), language);
}

function minutesIn({ ids, entries }: Sent, id: string): number | undefined {
  return entries[ids.indexOf(id)]?.minutes;
}
