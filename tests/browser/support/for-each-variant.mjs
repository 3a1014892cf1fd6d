// Journeys that begin with a month that waits: each variant has people of its own, since BankID stops both orders of somebody
// who has two at once.
import { after, before, describe } from "node:test";

import { isWhole, people } from "./stack.mjs";
import { reopen, supervisor } from "./supervisor.mjs";
import { closeBrowser, openBrowser, VARIANTS } from "./visit.mjs";

/**
 * Describes what somebody does, in as many variants as there are casts, or in the first alone where each journey is gone once.
 * A cast names people by their parts. `tell` is given a variant, the one that differs from it in everything, and the people.
 */
export function forEachVariant(who, { casts, concurrency = 2 }, tell) {
  const gone = casts.slice(0, isWhole ? casts.length : 1).map(personsOf);
  before(async () => {
    await openBrowser();
    const caller = await supervisor();
    await Promise.all(gone.flatMap(Object.values).map((person) => reopen(caller, person)));
  });
  after(closeBrowser);
  describe(who, { concurrency }, () => {
    for (const [index, persons] of gone.entries()) {
      tell(VARIANTS[index], VARIANTS[1 - index], persons);
    }
  });
}

/** What a variant is called. */
export function named({ language, width }) {
  return `${language}, ${width} px`;
}

function personsOf(cast) {
  return Object.fromEntries(Object.entries(cast).map(([part, number]) => [part, people.participants[number]]));
}
