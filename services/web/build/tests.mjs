// Builds and runs the tests that lie beside the code.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, "node_modules/.cache/tests");

function testsIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? testsIn(path) : path.endsWith(".test.ts") ? [path] : [];
  });
}

const tests = testsIn(join(root, "src"));
if (tests.length === 0) {
  throw new Error("there are no tests");
}
await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { "@": join(root, "src") } },
  build: {
    ssr: true,
    outDir: built,
    emptyOutDir: true,
    rolldownOptions: {
      input: Object.fromEntries(tests.map((test) => [relative(join(root, "src"), test).replaceAll("/", "."), test])),
      output: { entryFileNames: "[name].mjs" },
    },
  },
});
const files = readdirSync(built).filter((file) => file.endsWith(".test.ts.mjs"));
const { status } = spawnSync(process.execPath, ["--test", ...files.map((file) => join(built, file))], { stdio: "inherit" });
process.exit(status ?? 1);
