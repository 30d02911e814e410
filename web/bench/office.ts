/** The product's client of the API, with a key of its own, before the bench's server. */
import { DeviceKey } from "../src/browser/device_key";
import { ApiClient } from "../src/core/api";
import { ServerClock } from "../src/core/clock";
import { fetchHttp } from "../src/core/http";
import type { RecordingKind } from "../src/core/segment";
import type { SpoolPort } from "../src/core/spool";
import { sleep } from "../src/core/time";
import { Uploader } from "../src/core/upload";
import { putPart, uploadApi } from "../src/core/upload_ports";

export interface Office {
  readonly api: ApiClient;
  readonly clock: ServerClock;
}

/** @param run names the server's shelf: what arrives lies there */
export async function office(run: string): Promise<Office> {
  const clock = new ServerClock();
  const credentials = { token: () => "bench", resume: () => Promise.resolve(false) };
  const signer = await DeviceKey.of("candidate");
  return { clock, api: new ApiClient({ baseUrl: `${location.origin}/${run}`, clock, signer, credentials }) };
}

export function uploaderOf({ api, clock }: Office, spool: SpoolPort, kinds: readonly RecordingKind[]): Uploader {
  const monotonic = (): number => performance.now();
  const put = putPart(fetchHttp, () => clock.now());
  return new Uploader({ api: uploadApi(api), put, spool, monotonic, sleep, random: Math.random }, kinds);
}

/** Run an uploader until nothing waits any more. @throws the error that it met */
export async function untilSent(uploader: Uploader): Promise<void> {
  const over = new AbortController();
  await new Promise<void>((resolve, reject) => {
    uploader.onProgress((progress) => {
      if (progress.lastError) reject(progress.lastError);
      else if (progress.waitingSegments === 0) resolve();
    });
    void uploader.run(over.signal);
  }).finally(() => over.abort());
}
