// A number as it is sent, however it was written or pasted.

/** Every kind of space and hyphen, and signs that nobody sees. */
const BETWEEN = /[\s\p{Pd}\p{Cf}\u2212]/gu;

/** What a number begins with that is written as it is dialled in Sweden: to another country, or within this one. */
const ABROAD = /^00(?=[1-9])/;
const WITHIN = /^0(?=[1-9])/;

/** The number as it is sent: with its country, which is Sweden where none is written. */
export function numberWithCountry(typed: string): string {
  return plainNumber(typed).replace(ABROAD, "+").replace(WITHIN, "+46");
}

/** The number without what stands between its digits. */
export function plainNumber(typed: string): string {
  return typed.replace(BETWEEN, "");
}
