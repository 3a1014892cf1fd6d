// Fails when a catalogue holds a text that no file of its folder uses. That a used text is there, in both languages and
// with the same parameters, is for the type checker.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");
const CATALOGUE = "texts.ts";

export function topLevelKeys(text) {
  const start = text.indexOf("sv: {");
  if (start < 0) {
    throw new Error("a catalogue begins with `sv: {`");
  }
  const keys = [];
  let depth = 0;
  for (const line of text.slice(start).split("\n")) {
    const key = /^\s*([A-Za-z][A-Za-z0-9]*)\s*:/.exec(line)?.[1];
    if (depth === 1 && key) {
      keys.push(key);
    }
    depth += brackets(line);
    if (depth === 0) {
      break;
    }
  }
  return keys;
}

// Brackets of the code; those inside texts do not count.
function brackets(line) {
  const code = line.replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "").replace(/\/\/.*$/, "");
  const count = (pattern) => (code.match(pattern) ?? []).length;
  return count(/[{[(]/g) - count(/[}\])]/g);
}

function folders(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name !== "gen");
  const below = entries.filter((entry) => entry.isDirectory()).flatMap((entry) => folders(join(folder, entry.name)));
  return [{ folder, files: entries.filter((entry) => entry.isFile()).map((entry) => entry.name) }, ...below];
}

let catalogues = 0;
const unused = [];
let texts = 0;
for (const { folder, files } of folders(source)) {
  if (!files.includes(CATALOGUE)) {
    continue;
  }
  catalogues += 1;
  const code = files
    .filter((file) => file !== CATALOGUE)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  for (const key of topLevelKeys(readFileSync(join(folder, CATALOGUE), "utf8"))) {
    texts += 1;
    if (!new RegExp(`\\.${key}\\b`).test(code)) {
      unused.push(`${relative(source, join(folder, CATALOGUE))}: ${key}`);
    }
  }
}
if (catalogues === 0 || texts === 0) {
  throw new Error("no catalogue was found");
}
if (unused.length > 0) {
  console.error(`texts that nothing shows:\n  ${unused.join("\n  ")}`);
  process.exit(1);
}
console.log(`${texts} texts in ${catalogues} catalogues, all of them used`);
