/** The paper: fetched sealed as soon as the candidate is in, opened when the bulletin carries its key. */
import { type Ref, shallowRef } from "vue";
import { keepSealed, loadSealed } from "../../browser/paper_cache";
import { Alarm, rest } from "../../core/alarm";
import { clientErrorOf, PaperBroken, type Sentence } from "../../core/errors";
import { fetchHttp } from "../../core/http";
import { fetchSealed, isTheSealed, openPaper } from "../../core/paper";
import { sleep } from "../../core/time";
import type { Bulletin, Paper, PublicPaper } from "../../generated/api";

const AGAIN_MS = 2_000;
const LOOK_MS = 15_000;

export class PaperDesk {
  readonly paper: Ref<Paper | null> = shallowRef(null);
  readonly isHere: Ref<boolean> = shallowRef(false);
  readonly trouble: Ref<Sentence | null> = shallowRef(null);
  private running: Promise<void> | null = null;
  private sealed: Uint8Array<ArrayBuffer> | null = null;
  private readonly alarm = new Alarm();
  private readonly over = new AbortController();

  constructor(
    private readonly examId: string,
    private readonly publicationsUrl: string,
    private readonly bulletin: () => Bulletin | null,
  ) {}

  /** Work until the paper is open; called again, it goes on as it does. */
  run(): Promise<void> {
    return (this.running ??= this.work());
  }

  /** The bulletin has changed, or the person pressed “refresh”. */
  wake(): void {
    this.alarm.ring();
  }

  shut(): void {
    this.over.abort();
  }

  private async work(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted && this.paper.value === null) {
      const bell = this.alarm.next;
      await this.tryOnce();
      if (this.paper.value !== null) return;
      await rest(sleep, this.trouble.value ? AGAIN_MS : LOOK_MS, signal, bell);
    }
  }

  private async tryOnce(): Promise<void> {
    try {
      const published = this.bulletin()?.paper;
      if (!published) return;
      await this.fetch(published);
      if (this.sealed) this.paper.value = await openPaper(this.sealed, published, this.examId);
      this.trouble.value = null;
    } catch (error) {
      // The copy may be the fault: the next time a fresh one is fetched.
      if (error instanceof PaperBroken) this.sealed = null;
      this.trouble.value = clientErrorOf(error).sentence;
    }
  }

  private async fetch(published: PublicPaper): Promise<void> {
    if (this.sealed && (await isTheSealed(this.sealed, published))) return;
    const kept = await loadSealed(published.sha256);
    const sound = kept !== undefined && (await isTheSealed(kept, published));
    this.sealed = sound ? kept : await fetchSealed(fetchHttp, this.publicationsUrl, published);
    if (!sound) void keepSealed(published.sha256, this.sealed);
    this.isHere.value = true;
  }
}
