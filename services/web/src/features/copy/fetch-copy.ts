// Fetching everything that is held about the person signed in, as one file. It is handed to the browser only when it is whole.
import { Code, ConnectError } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";

import { fetchAsPage } from "@/shared/connection/session";
import { mindSession } from "@/shared/connection/transport";

import { isWhole, nameOf } from "./whole";

const PATH = "/own-data";
/** For so long nothing may come before it is given up. */
const PATIENCE = 30_000;

export interface Copy {
  readonly name: string;
  readonly bytes: number;
  readonly content: Blob;
}

export async function fetchCopy(onProgress: (bytes: number) => void, underWay: AbortController): Promise<Copy> {
  const giveUp = () => underWay.abort();
  let silence = setTimeout(giveUp, PATIENCE);
  try {
    const response = await mindSession(() => begin(underWay.signal));
    const chunks = await chunksOf(response, (bytes) => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, PATIENCE);
      onProgress(bytes);
    });
    if (!isWhole(chunks)) {
      throw new ConnectError("the file ends too early", Code.Unavailable);
    }
    const content = new Blob(chunks, { type: "application/json" });
    return { name: nameOf(response.headers.get("content-disposition")), bytes: content.size, content };
  } finally {
    clearTimeout(silence);
  }
}

/** Hands the file to the browser, which keeps it where it keeps what is downloaded. */
export function save({ name, content }: Copy): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then; what it holds on to is memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function begin(signal: AbortSignal): Promise<Response> {
  const response = await reached(fetchAsPage(PATH, { method: "POST", signal }));
  if (!response.ok) {
    const unanswered = new ConnectError(`the answer is ${response.status}`, Code.Unavailable);
    const body: unknown = await response.json().catch(() => undefined);
    throw body ? errorFromJson(body as Parameters<typeof errorFromJson>[0], response.headers, unanswered) : unanswered;
  }
  return response;
}

async function chunksOf(response: Response, onChunk: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let bytes = 0;
  for (;;) {
    const part = await reached(reader?.read() ?? Promise.resolve({ done: true as const, value: undefined }));
    if (part.done) {
      return chunks;
    }
    chunks.push(part.value);
    bytes += part.value.length;
    onChunk(bytes);
  }
}

// What the network says of itself is told as everywhere else.
async function reached<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw new ConnectError(error instanceof Error ? error.message : "nothing answers", Code.Unavailable);
  }
}
