// Sums in words: what is filled in, and beside it what is reported where that is something else.
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";

import { isRoundedUp, type Sums } from "./reported";
import { texts } from "./texts";

export function useSumsInWords(ruleSet: string): (sums: Sums) => string {
  const t = useTexts(texts);
  const formats = useFormats();
  return ({ typed, reported }) => {
    const filled = formats.hours(typed);
    return isRoundedUp(ruleSet) && typed !== reported ? t.bothSums(filled, formats.hours(reported)) : filled;
  };
}
