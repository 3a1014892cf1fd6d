import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { firstLoad, versionOf } from "./build/first-load.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const version = versionOf(root);
const gateway = process.env.DELTAGA_GATEWAY ?? "http://localhost:7180";

/** What pages have in common. */
const SHARED = /src\/(shared|gen|features\/(bankid\/(?!qr)|login|months\/[a-z-]*(?<!page)\.))/;
/** What participants alone need is not loaded by providers … */
const FOR_PARTICIPANTS =
  /src\/(features\/(signing|(consent|sent|names)\/[a-z-]*(?<!page)\.|months\/queries)|gen\/deltaga\/(consent|attendance\/v1\/answer_service|identity\/v1\/signing_service|staff\/v1\/name_service))/;
/** … and what providers alone need not by participants. */
const FOR_STAFF =
  /src\/(features\/staff\/|gen\/deltaga\/(errors|policy|staff\/v1\/(account|register)|participants\/v1\/inbox|attendance\/v1\/month_service))/;
/** What a single page needs comes with it. */
const OF_ONE_PAGE = /src\/gen\/deltaga\/(identity\/v1\/contact_service|participants\/v1\/(access_log|plan)_service)/;
const isPart = (id: string) => SHARED.test(id) && ![FOR_PARTICIPANTS, FOR_STAFF, OF_ONE_PAGE].some((other) => other.test(id));

export default defineConfig({
  root,
  define: { __WEB_VERSION__: JSON.stringify(version) },
  resolve: { alias: { "@": `${root}src` } },
  plugins: [react(), firstLoad(version)],
  build: {
    target: "es2022",
    // The policy of the pages allows no inline script and no data address but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Few files rather than small ones: each is a journey to the server and back.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A group takes along what its modules need, unless a group before it has that.
          groups: [
            { name: "libraries", test: /node_modules\/(?!uqr)/, priority: 2 },
            { name: "parts", test: isPart, priority: 1 },
            { name: "own", test: FOR_PARTICIPANTS },
            { name: "staff", test: /src\/(features\/staff\/(placement\/|[a-z-]*(?<!page)\.)|gen\/deltaga\/staff)/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "^/deltaga\\..*": { target: gateway },
      "/session": { target: gateway },
    },
  },
});
