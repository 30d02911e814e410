/// <reference lib="webworker" />
/**
 * The service worker that keeps the pages on the device, so that one that is reopened offline still opens and goes
 * on recording.
 *
 * Pages come from the network while it answers, and else from the shelf; what has a hash in its name never changes
 * and comes from the shelf first. Calls of the API and of the bucket are none of its business.
 */
import { answerFrom, pageOf, SHELF_PREFIX, shelvesToClear } from "./shell_rules";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the version, and every file that the pages may ask for. */
declare const __SHELL_VERSION__: string;
declare const __SHELL_FILES__: readonly string[];

const SHELF = SHELF_PREFIX + __SHELL_VERSION__;
/** A network that has not answered by then is as good as none. */
const PATIENCE_MS = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(shelvesToClear(names, SHELF).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  switch (answerFrom(url.pathname, event.request.mode === "navigate")) {
    case "shelf_first":
      return event.respondWith(shelfFirst(event.request));
    case "network_first":
      return event.respondWith(networkFirst(event.request, pageOf(url.pathname) ?? url.pathname));
    case "network":
      return;
  }
});

/** Take everything new, past the browser's own cache: half a shell is none. */
async function fill(): Promise<void> {
  const shelf = await caches.open(SHELF);
  await shelf.addAll(__SHELL_FILES__.map((file) => new Request(file, { cache: "no-cache" })));
}

async function shelfFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? (await fetch(request));
}

async function networkFirst(request: Request, shelvedAs: string): Promise<Response> {
  const shelf = await caches.open(SHELF);
  const shelved = (await shelf.match(shelvedAs)) ?? (await caches.match(shelvedAs));
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await shelf.put(shelvedAs, answer.clone());
    // A gateway's complaint is no page.
    return answer.ok || !shelved ? answer : shelved;
  } catch (error) {
    if (shelved) return shelved;
    throw error;
  }
}
