// Typed catalogues of texts: Swedish is the shape, English must have exactly the same keys and parameters. A text that is
// missing does not compile; one that nothing uses fails build/catalogues.mjs.
import { useLanguage } from "./language";

type Shape<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : Texts[Key] extends string
      ? string
      : Texts[Key] extends readonly string[]
        ? readonly string[]
        : Shape<Texts[Key]>;
};

export interface Catalogue<Texts> {
  readonly sv: Shape<Texts>;
  readonly en: Shape<Texts>;
}

export function catalogue<Texts>(texts: { sv: Texts; en: NoInfer<Shape<Texts>> }): Catalogue<Texts> {
  return texts as unknown as Catalogue<Texts>;
}

/** The texts in the language in force. */
export function useTexts<Texts>(texts: Catalogue<Texts>): Shape<Texts> {
  return texts[useLanguage().language];
}
