import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { shellPlugin } from "./shell_plugin";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  appType: "mpa",
  plugins: [vue(), shellPlugin()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    // The policy of the pages allows no inline data but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        candidate: here("index.html"),
        phone: here("phone.html"),
        staff: here("staff.html"),
        shell_worker: here("src/browser/shell_worker.ts"),
      },
      // A service worker's scope is its own folder, so it lies beside the pages, under a name that stays.
      output: {
        entryFileNames: ({ name }) => (name === "shell_worker" ? "shell_worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  // Patience for a busy machine: no test is about how long it takes.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 120_000 },
});
