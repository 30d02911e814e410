/** A spool's uploader in the browser, wired once. */
import { fetchHttp } from "../core/http";
import type { RecordingKind } from "../core/segment";
import { sleep } from "../core/time";
import { Uploader } from "../core/upload";
import { putPart, uploadApi } from "../core/upload_ports";
import type { Connection } from "./client";
import type { BrowserSpool } from "./spool/client";

/** Brings a spool to the server, in the session of its sitting. */
export function uploaderOf({ api, clock }: Connection, spool: BrowserSpool, kinds: readonly RecordingKind[]): Uploader {
  const ports = {
    api: uploadApi(api),
    put: putPart(fetchHttp, () => clock.now()),
    spool,
    sleep,
    random: Math.random,
    monotonic: () => clock.monotonic(),
  };
  return new Uploader(ports, kinds);
}
