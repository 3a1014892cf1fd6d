import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { firstLoad, versionOf } from "./build/first-load.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const version = versionOf(root);
const gateway = process.env.DELTAGA_GATEWAY ?? "http://localhost:7180";

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
          groups: [
            { name: "libraries", test: /node_modules/ },
            { name: "parts", test: /src\/(shared|gen|features\/(bankid|login|signing|(months|consent|sent)\/[a-z-]*(?<!page)\.))/ },
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
