// The page to read, made of a file that was fetched. Loaded when somebody asks for it.
import { activityNames } from "@/shared/activities/names";
import type { Language } from "@/shared/language/language";

import type { Copy } from "../fetch-copy";
import { readablePage } from "./page";
import type { Json } from "./values";

export async function makeReadable({ name, content }: Copy, language: Language): Promise<Copy> {
  const file = JSON.parse(await content.text()) as Json;
  // Codes are better than nothing.
  const nameOf = await activityNames(language).catch(() => (code: string) => code);
  const page = new Blob([readablePage(file, language, nameOf)], { type: "text/html;charset=utf-8" });
  return { name: name.replace(/\.json$/, ".html"), bytes: page.size, content: page };
}
