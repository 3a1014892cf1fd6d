// What the build adds to its files: compressed copies, the version that an old tab compares itself with, and the bound on
// what a first visit loads.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** JavaScript that the slowest first page loads before it shows anything, in gzip. */
export const FIRST_LOAD_LIMIT = 180_000;

const COMPRESSED = /\.(js|css|svg|html)$/;

/** A name for exactly this source: it changes with any file that the client is built from. */
export function versionOf(root: string): string {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "index.html", "vite.config.ts", ...under(root, "src"), ...under(root, "public")]) {
    hash.update(file).update("\0").update(readFileSync(join(root, file))).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function under(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => (entry.isDirectory() ? under(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .sort();
}

/** Writes the compressed copies and the version, and fails when the first load has grown too large. */
export function firstLoad(version: string): Plugin {
  return {
    name: "deltaga-first-load",
    apply: "build",
    writeBundle(options, bundle) {
      const folder = options.dir ?? "dist";
      for (const file of Object.keys(bundle).concat(readdirSync(folder)).filter((file) => COMPRESSED.test(file))) {
        const content = readFileSync(join(folder, file));
        writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        writeFileSync(join(folder, `${file}.br`), brotliCompressSync(content, quality));
      }
      judge(bundle, (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);
      // Whoever builds takes this file for the sign that all is done and was found right.
      writeFileSync(join(folder, "version.txt"), version);
    },
  };
}

function judge(bundle: Rolldown.OutputBundle, size: (file: string) => number): void {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const entry = chunks.find((chunk) => chunk.isEntry);
  if (!entry) {
    throw new Error("the build has no entry");
  }
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const loads = (file: string, seen: Set<string>): Set<string> => {
    if (!seen.has(file)) {
      seen.add(file);
      byName.get(file)?.imports.forEach((next) => loads(next, seen));
    }
    return seen;
  };
  const sum = (files: Set<string>) => [...files].reduce((bytes, file) => bytes + size(file), 0);
  const start = loads(entry.fileName, new Set());
  const pages = entry.dynamicImports.map((page) => ({ page, bytes: sum(loads(page, new Set(start))) }));
  const slowest = pages.reduce((most, page) => (page.bytes > most.bytes ? page : most), {
    page: entry.fileName,
    bytes: sum(start),
  });
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `first load: ${kilobytes(sum(start))} gzip of JavaScript, ${kilobytes(slowest.bytes)} with ${slowest.page}; ` +
      `the limit is ${kilobytes(FIRST_LOAD_LIMIT)}`,
  );
  if (slowest.bytes > FIRST_LOAD_LIMIT) {
    throw new Error("the first load is larger than its limit");
  }
}
