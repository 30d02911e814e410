/** What the service worker does with which address. */

export const SHELF_PREFIX = "viva-shell-";

/** Pages of people who record; the staff's need the network anyway. */
const PAGES: Readonly<Record<string, string>> = {
  "/": "/index.html",
  "/index.html": "/index.html",
  "/phone": "/phone.html",
  "/phone.html": "/phone.html",
};

export type Source = "shelf_first" | "network_first" | "network";

/** The file behind a page's address; null when it is no page of the shell. */
export function pageOf(path: string): string | null {
  return PAGES[path] ?? null;
}

/** @param navigates whether a page is opened, not a file fetched */
export function answerFrom(path: string, navigates: boolean): Source {
  if (path.startsWith("/assets/")) return "shelf_first";
  if (path === "/config.json" || path === "/favicon.svg") return "network_first";
  return navigates && pageOf(path) !== null ? "network_first" : "network";
}

/** All shelves but this and the one before: a page that is still open may ask for a file of its own version. */
export function shelvesToClear(names: readonly string[], current: string): string[] {
  const ours = names.filter((name) => name.startsWith(SHELF_PREFIX));
  const before = ours.filter((name) => name !== current).at(-1);
  return ours.filter((name) => name !== current && name !== before);
}
