// Builds one script and one stylesheet, with the fonts beside them, into the Python package. File names are stable:
// the pages add a hash of the content to the address.
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const LICENCES = {
  "fonts/IBM-Plex-Sans.LICENSE.txt": "@fontsource-variable/ibm-plex-sans/LICENSE",
  "fonts/IBM-Plex-Sans-Arabic.LICENSE.txt": "@fontsource/ibm-plex-sans-arabic/LICENSE",
  "fonts/IBM-Plex-Mono.LICENSE.txt": "@fontsource/ibm-plex-mono/LICENSE",
};

const licences = {
  name: "font-licences",
  generateBundle() {
    for (const [fileName, from] of Object.entries(LICENCES)) {
      this.emitFile({ type: "asset", fileName, source: readFileSync(`node_modules/${from}`) });
    }
  },
};

export default defineConfig({
  base: "./",
  plugins: [licences],
  build: {
    outDir: "../src/fairhand/web/static/fairhand",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: "src/main.ts",
      output: {
        format: "iife",
        entryFileNames: "fairhand.js",
        assetFileNames: (asset) => ((asset.names[0] ?? "").endsWith(".woff2") ? "fonts/[name][extname]" : "fairhand[extname]"),
      },
    },
  },
});
