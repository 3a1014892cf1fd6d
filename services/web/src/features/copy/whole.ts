// Whether a file that came is whole: the gateway cuts what it cannot tell to its end, and some networks hide that.

/** How it ends; a line break stands in no text of JSON as it is. */
const LAST = "\n]}\n";

/** Whether the last of a file's bytes are those that the gateway writes behind the last record. */
export function isWhole(chunks: readonly Uint8Array[]): boolean {
  const text = new TextDecoder();
  let end = "";
  for (let index = chunks.length - 1; index >= 0 && end.length < LAST.length; index -= 1) {
    end = text.decode(chunks[index]?.slice(-LAST.length)) + end;
  }
  return end.endsWith(LAST);
}

/** The name that the gateway gives the file. */
export function nameOf(disposition: string | null): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? "")?.[1] ?? "deltaga.json";
}
