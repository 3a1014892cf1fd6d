// Whether a file that came is whole: the gateway cuts what it cannot tell to its end, and some networks hide that.

const LAST = "]}";

/** Whether the last of a file's bytes closes what its first began. */
export function isWhole(chunks: readonly Uint8Array[]): boolean {
  const text = new TextDecoder();
  let end = "";
  for (let index = chunks.length - 1; index >= 0 && end.trim().length < LAST.length; index -= 1) {
    end = text.decode(chunks[index]?.slice(-LAST.length * 4)) + end;
  }
  return end.trimEnd().endsWith(LAST);
}

/** The name that the gateway gives the file. */
export function nameOf(disposition: string | null): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? "")?.[1] ?? "deltaga.json";
}
