import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { firstLoad, versionOf } from "./build/first-load.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const version = versionOf(root);
const gateway = process.env.DELTAGA_GATEWAY ?? "http://localhost:7180";

/** What pages have in common. */
const SHARED = /src\/(shared|gen|features\/(bankid|login|signing|(months|consent|sent|names)\/[a-z-]*(?<!page)\.))/;
/** What providers alone need is not loaded by participants. */
const FOR_STAFF =
  /src\/(features\/staff\/|gen\/deltaga\/(errors|policy|staff\/v1\/(account|register)|participants\/v1\/inbox|attendance\/v1\/month_service))/;
const isPart = (id: string) => SHARED.test(id) && !FOR_STAFF.test(id);

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
            { name: "libraries", test: /node_modules/, priority: 2 },
            { name: "parts", test: isPart, priority: 1 },
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
