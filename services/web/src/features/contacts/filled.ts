// What stands in the form, and how it differs from what is saved.
import type { OwnContacts } from "@/gen/deltaga/identity/v1/contact_service_pb";
import { Language } from "@/gen/deltaga/types/v1/types_pb";
import type { OwnPlacement } from "@/gen/deltaga/participants/v1/placement_service_pb";

import { numberWithCountry } from "./number";

export interface Filled {
  readonly email: string;
  readonly phone: string;
  readonly language: Language;
  readonly reminders: boolean;
}

type Saved = Pick<OwnContacts, "email" | "phone" | "language" | "reminders">;

export function filledOf({ email, phone, language, reminders }: Saved): Filled {
  return { email, phone, language: language === Language.EN ? Language.EN : Language.SV, reminders };
}

/** Whether something is filled in that is not saved. Spaces at the ends say nothing, nor does how a number is written. */
export function differs(filled: Filled, saved: Saved): boolean {
  const before = filledOf(saved);
  return (
    filled.email.trim() !== before.email ||
    numberWithCountry(filled.phone) !== before.phone ||
    filled.language !== before.language ||
    filled.reminders !== before.reminders
  );
}

/** What tells this person from whoever else uses the browser: the first of their placements. */
export function ownerOf(placements: readonly Pick<OwnPlacement, "placementId">[] | undefined): string | undefined {
  return placements?.map(({ placementId }) => placementId).sort()[0];
}
