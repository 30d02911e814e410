/** Tells the service worker which files the candidate's and the phone's pages are made of. */
import { createHash } from "node:crypto";
import type { Plugin, Rollup } from "vite";

const WORKER = "shell_worker";
const PAGES = ["index.html", "phone.html"];
const BESIDE = ["/config.json", "/favicon.svg"];

export function shellPlugin(): Plugin {
  return {
    name: "viva-shell",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = Object.values(bundle).find((file) => file.type === "chunk" && file.name === WORKER);
        if (worker?.type !== "chunk") this.error("the service worker is not part of the build");
        if (worker.imports.length > 0) this.error("the service worker shares a module with a page; it must stand alone");
        const files = [...PAGES.map((page) => `/${page}`), ...BESIDE, ...assetsOf(bundle)];
        const version = versionOf(bundle, files);
        worker.code = worker.code
          .replaceAll("__SHELL_FILES__", JSON.stringify(files))
          .replaceAll("__SHELL_VERSION__", JSON.stringify(version));
      },
    },
  };
}

/** Everything but what only the staff's page uses. */
function assetsOf(bundle: Rollup.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const used = (isEntry: (name: string) => boolean): Set<string> =>
    reachable(bundle, chunks.filter((chunk) => chunk.isEntry && isEntry(chunk.name)));
  const ours = used((name) => name !== "staff" && name !== WORKER);
  const theirs = used((name) => name === "staff");
  return Object.keys(bundle)
    .filter((name) => name.startsWith("assets/") && !name.endsWith(".map"))
    .filter((name) => ours.has(name) || !theirs.has(name))
    .sort()
    .map((name) => `/${name}`);
}

function reachable(bundle: Rollup.OutputBundle, from: readonly Rollup.OutputChunk[]): Set<string> {
  const seen = new Set<string>();
  const look = (name: string): void => {
    const file = bundle[name];
    if (seen.has(name) || !file) return;
    seen.add(name);
    if (file.type !== "chunk") return;
    const { importedCss = new Set<string>(), importedAssets = new Set<string>() } = file.viteMetadata ?? {};
    for (const next of [...file.imports, ...file.dynamicImports, ...importedCss, ...importedAssets]) look(next);
  };
  for (const chunk of from) look(chunk.fileName);
  return seen;
}

/** Names with hashes speak for their content; the pages speak for themselves. */
function versionOf(bundle: Rollup.OutputBundle, files: readonly string[]): string {
  const hash = createHash("sha256").update(files.join("\n"));
  for (const page of PAGES) {
    const file = bundle[page];
    if (file?.type === "asset") hash.update(file.source);
  }
  return hash.digest("hex").slice(0, 12);
}
