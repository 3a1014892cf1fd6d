// What is wrong with an address that was refused, as far as it can be told from what stands there: the rules are those of
// identity, which decides whether it may be saved. Where nothing is found here, its own words are told.
import { plainNumber } from "./number";

export type EmailFault = "missing" | "space" | "noAt" | "manyAts" | "signs" | "long" | "incomplete" | "dots";
export type PhoneFault = "letters" | "noCountry" | "length";

/** Signs of ASCII that are seen, without those that have a meaning of their own in headers of messages. */
const PLAIN = /^(?:(?![<>()[\],;:\\"])[!-~])*$/;
const [LONGEST, LONGEST_BEFORE_AT] = [254, 64];
const [FEWEST_DIGITS, MOST_DIGITS] = [8, 15];

export function emailFault(email: string): EmailFault | undefined {
  const text = email.trim();
  if (text === "") {
    return "missing";
  }
  if (/\s/.test(text)) {
    return "space";
  }
  const [before = "", domain, another] = text.split("@");
  if (domain === undefined) {
    return "noAt";
  }
  if (another !== undefined) {
    return "manyAts";
  }
  if (!PLAIN.test(text)) {
    return "signs";
  }
  if (before.length > LONGEST_BEFORE_AT || text.length > LONGEST) {
    return "long";
  }
  if (before === "" || domain.split(".").filter(Boolean).length < 2) {
    return "incomplete";
  }
  return [before, domain].some((part) => part.split(".").includes("")) ? "dots" : undefined;
}

export function phoneFault(phone: string): PhoneFault | undefined {
  const text = plainNumber(phone);
  if (/[^+\d]/.test(text) || text.lastIndexOf("+") > 0) {
    return "letters";
  }
  if (!/^\+[1-9]/.test(text)) {
    return "noCountry";
  }
  const digits = text.length - 1;
  return digits < FEWEST_DIGITS || digits > MOST_DIGITS ? "length" : undefined;
}
