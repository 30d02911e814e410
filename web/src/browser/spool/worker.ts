/** The spool's worker: disk and hashing, away from the page that must stay quick. */
import { sha256 } from "../../core/base64";
import { SpoolTaken } from "../../core/errors";
import { Spool } from "../../core/spool";
import { diskFor, type Disks } from "./disk_for";
import { IdbDisk } from "./idb_disk";
import { OpfsDisk } from "./opfs_disk";
import { type Call, failureOf, type Reply } from "./protocol";

/** A page that was just left needs a moment to let go. */
const LET_GO_MS = 8_000;

const DISKS: Disks = {
  opfs: (sittingId) => OpfsDisk.open(["spool", sittingId]),
  indexeddb: (sittingId) => IdbDisk.open(`viva-spool-${sittingId}`),
};

let spool: Spool | null = null;
const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = (event: MessageEvent<Call>) => void answer(event.data);

async function answer(call: Call): Promise<void> {
  try {
    const result = await act(call);
    const moved = result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [];
    scope.postMessage({ id: call.id, result } satisfies Reply, moved);
  } catch (error) {
    scope.postMessage({ id: call.id, failure: failureOf(error) } satisfies Reply);
  }
}

async function act({ method, args }: Call): Promise<unknown> {
  if (method === "open") return await open(String(args[0]));
  if (spool === null) throw new Error("the spool is not open");
  const called = spool[method] as (...args: readonly unknown[]) => Promise<unknown>;
  return await called.apply(spool, [...args]);
}

/** @returns which kind of disk it is */
async function open(name: string): Promise<string> {
  await holdAlone(`viva-spool-${name}`);
  const [disk, kind] = await diskFor(name, DISKS);
  spool = await Spool.open(disk, sha256);
  return kind;
}

/** One page a sitting: two would give out the same numbers. The lock goes with the worker. */
function holdAlone(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(LET_GO_MS) }, () => {
        resolve();
        return new Promise(() => undefined);
      })
      .catch(() => reject(new SpoolTaken()));
  });
}
