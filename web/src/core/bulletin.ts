/**
 * The exam's bulletin: one public object with what is common to all, and from T0 on the paper's key (DESIGN §7).
 * Of two copies the one with the higher revision counts, whichever comes later.
 */
import type { Bulletin } from "../generated/api";
import { Alarm, rest } from "./alarm";
import { ApiError, type ClientError, clientErrorOf, Unreachable } from "./errors";
import type { Http } from "./http";
import { readInstant } from "./instants";
import type { Random, Sleep } from "./time";

export interface BulletinPorts {
  readonly http: Http;
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly random: Random;
}

/** In quiet times: announcements and a moved schedule are seen within this. */
const QUIET_MS = 10_000;
/** From T0 until the key is out. The CDN keeps a bulletin for a second. */
const KEEN_MS = 1_000;
const TIMEOUT_MS = 8_000;

export class BulletinWatch {
  private last: Bulletin | null = null;
  private readonly listeners = new Set<(bulletin: Bulletin) => void>();
  private readonly alarm = new Alarm();

  constructor(
    private readonly ports: BulletinPorts,
    private readonly url: string,
  ) {}

  /** The newest that was seen. */
  get latest(): Bulletin | null {
    return this.last;
  }

  /** @returns how to stop listening */
  onChange(listener: (bulletin: Bulletin) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Read it now.
   *
   * @throws Unreachable, ApiError
   */
  async refresh(): Promise<Bulletin> {
    const answer = await this.ports.http({ method: "GET", url: this.url, headers: {}, timeoutMs: TIMEOUT_MS });
    if (answer.status !== 200) throw notThere(answer.status);
    const read = parse(await answer.bytes());
    if (this.last === null || isNewer(read, this.last)) {
      this.last = read;
      for (const listener of this.listeners) listener(read);
    }
    return this.last;
  }

  /** Follow it until the signal is aborted; whatever fails is tried again. */
  async run(signal: AbortSignal, onError: (error: ClientError) => void = () => undefined): Promise<void> {
    while (!signal.aborted) {
      const bell = this.alarm.next;
      try {
        await this.refresh();
      } catch (error) {
        onError(clientErrorOf(error));
      }
      const ms = restMs(this.last, this.ports.now(), this.ports.random);
      await rest(this.ports.sleep, ms, signal, bell);
    }
  }

  /** Look now: somebody pressed “refresh”, or the network came back. */
  wake(): void {
    this.alarm.ring();
  }
}

/** How long to wait before looking again: up to T0, and from T0 on every second until the key is there. */
export function restMs(bulletin: Bulletin | null, nowMs: number, random: Random): number {
  const quiet = QUIET_MS * (0.75 + random() / 2);
  if (bulletin === null) return KEEN_MS * (1 + random());
  if (bulletin.schedule.cancelled_at !== null || bulletin.paper === null || bulletin.paper.key !== null) return quiet;
  const untilStart = readInstant(bulletin.schedule.starts_at) - nowMs;
  if (untilStart > 0) return Math.min(quiet, untilStart + random() * 150);
  return KEEN_MS * (0.75 + random() / 2);
}

/** The key makes a copy newer than the same revision without it. */
function isNewer(read: Bulletin, known: Bulletin): boolean {
  if (read.revision !== known.revision) return read.revision > known.revision;
  const has = (bulletin: Bulletin): number =>
    Number(bulletin.paper?.key != null) + Number(bulletin.lottery?.seed != null);
  return has(read) > has(known);
}

function parse(bytes: Uint8Array): Bulletin {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Bulletin;
  } catch (cause) {
    throw new Unreachable({ cause });
  }
}

function notThere(status: number): ApiError {
  const sentence = { zh: "暂时读不到考试公告，正在自动重试。", en: "The exam's bulletin cannot be read. Trying again." };
  return new ApiError(status, `http_${status}`, sentence, {});
}
