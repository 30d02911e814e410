/** Puts the service worker to work. A browser without one does everything but open offline. */

const WORKER = "/shell_worker.js";

/** @returns whether the page would open offline now */
export async function keepShell(): Promise<boolean> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    // Private windows and managed browsers forbid it; recording goes on without.
    return false;
  }
}
