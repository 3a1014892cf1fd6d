// A number as it is sent, however it was written or pasted.

/** Every kind of space and hyphen, and signs that nobody sees. */
const BETWEEN = /[\s\p{Pd}\p{Cf}\u2212]/gu;

/** The number without what stands between its digits. */
export function plainNumber(typed: string): string {
  return typed.replace(BETWEEN, "");
}
