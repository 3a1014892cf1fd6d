// Everything about somebody as a page of its own to read and print: a heading for each kind of record, and each record in full.
// Nothing of the file is left out; what no name is known for is shown as it stands.
import { capitalised } from "@/shared/language/format";
import type { Language } from "@/shared/language/language";

import { type ActivityName, type Fields, filledUp, isFields, isList, type Json, Words } from "./values";

interface Item {
  readonly message: string;
  readonly content: Fields;
}

const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
html { background: Canvas; color: CanvasText; }
body { max-width: 44rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h2 { margin-top: 2.5rem; border-bottom: 2px solid; }
h3 { margin-bottom: 0.5rem; }
dl { margin: 0; }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.text { white-space: pre-line; }
dd > dl, li > dl { padding-left: 0.75rem; border-left: 2px solid; display: grid; grid-template-columns: minmax(0, 8rem) 1fr; column-gap: 0.75rem; }
.parts { grid-column: 1 / -1; }
dl dl dt { margin-top: 0; font-weight: 400; }
dl ul { margin: 0; padding: 0; list-style: none; }
dl li + li { margin-top: 0.75rem; }
.id { font-size: 0.8125rem; }
@media print { body { max-width: none; padding: 0; } h2, h3, dt { break-after: avoid; } nav { display: none; } }
`;

export function readablePage(file: Json, language: Language, activity: ActivityName): string {
  const words = new Words(language, activity);
  const t = words.texts;
  const kinds = [...byKind(itemsOf(file))];
  const at = isFields(file) && file.madeAt !== undefined ? words.value("madeAt", file.madeAt) : undefined;
  const links = kinds.map(([message, items], index) => `<li><a href="#part-${index}">${safe(t.kindWith(words.kind(message), items.length))}</a></li>`);
  const parts = kinds.map(([message, items], index) => part(words, `part-${index}`, message, items));
  return [
    `<!doctype html>\n<html lang="${language}">\n<head>`,
    `<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${safe(t.title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<main>`,
    `<h1>${safe(t.title)}</h1>`,
    at === undefined ? "" : `<p>${safe(t.madeAt(at))}</p>`,
    ...(kinds.length === 0
      ? [`<p>${safe(t.empty)}</p>`]
      : [`<p>${safe(t.about)}</p>`, `<nav aria-label="${safe(t.contents)}">\n<ul>\n${links.join("\n")}\n</ul>\n</nav>`, ...parts]),
    "</main>\n</body>\n</html>\n",
  ].join("\n");
}

function itemsOf(file: Json): Item[] {
  const records = isFields(file) && isList(file.records) ? file.records : [];
  return records.flatMap((record) => {
    const { message, content } = isFields(record) ? record : {};
    return typeof message === "string" && isFields(content) ? [{ message, content: filledUp(message, content) }] : [];
  });
}

function byKind(items: readonly Item[]): Map<string, Item[]> {
  const kinds = new Map<string, Item[]>();
  for (const item of items) {
    kinds.set(item.message, [...(kinds.get(item.message) ?? []), item]);
  }
  return kinds;
}

function part(words: Words, id: string, message: string, items: readonly Item[]): string {
  const told = items.map(({ content }, index) => {
    const heading = items.length > 1 ? `<h3>${safe(headingOf(words, content, index))}</h3>\n` : "";
    return `${heading}${list(words, content)}`;
  });
  return `<section id="${id}">\n<h2>${safe(words.kind(message))}</h2>\n${told.join("\n")}\n</section>`;
}

// A month is known by its name, all else by its place in the row.
function headingOf(words: Words, { month, revision }: Fields, index: number): string {
  const name = isFields(month) ? words.value("month", month) : undefined;
  const version = typeof revision === "number" ? `, ${words.field("revision").toLowerCase()} ${revision}` : "";
  return name === undefined ? words.texts.numbered(index + 1) : `${capitalised(name)}${version}`;
}

function list(words: Words, fields: Fields): string {
  const rows = Object.entries(fields).map(([field, value]) => ({ field, value, isId: /(Id|Hash|etag|mergedInto)$/.test(field) }));
  const ordered = [...rows.filter(({ isId }) => !isId), ...rows.filter(({ isId }) => isId)];
  const told = ordered.map(({ field, value, isId }) => {
    const kind = words.value(field, value) === undefined ? "parts" : "text";
    const [name, marks] = isId ? [' class="id"', `id ${kind}`] : ["", kind];
    return `<dt${name}>${safe(words.field(field))}</dt>\n<dd class="${marks}">${inner(words, field, value)}</dd>`;
  });
  return `<dl>\n${told.join("\n")}\n</dl>`;
}

function inner(words: Words, field: string, value: Json): string {
  const whole = words.value(field, value);
  if (whole !== undefined) {
    return safe(whole);
  }
  if (isList(value)) {
    return `<ul>\n${value.map((entry) => `<li>${inner(words, field, entry)}</li>`).join("\n")}\n</ul>`;
  }
  return isFields(value) ? list(words, value) : "";
}

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPED[letter] ?? letter);
}
