// Paths with parts that vary, such as /months/:id.
export type Parts = Readonly<Record<string, string>>;

/** The varying parts of a path that has the form of the pattern; undefined for every other path. */
export function partsOf(pattern: string, path: string): Parts | undefined {
  const [wanted, found] = [pattern, path].map((text) => text.split("/").filter(Boolean)) as [string[], string[]];
  if (wanted.length !== found.length) {
    return undefined;
  }
  const parts: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = found[index] ?? "";
    if (part.startsWith(":")) {
      parts[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) {
      return undefined;
    }
  }
  return parts;
}
