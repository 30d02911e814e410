/** The talk with the proctor: polled while it is looked at, now and then while it is not. */
import { computed, type ComputedRef, ref, type Ref, shallowRef } from "vue";
import { Alarm, rest } from "../../core/alarm";
import { ClientError } from "../../core/errors";
import { sleep } from "../../core/time";
import type { Entry } from "../../generated/api";
import type { Room } from "./room";

const OPEN_MS = 3_000;
const CLOSED_MS = 25_000;

export class HelpLine {
  readonly entries: Ref<readonly Entry[]> = shallowRef([]);
  readonly isOpen = ref(false);
  readonly unread: ComputedRef<number>;
  private readonly seen = ref(0);
  private readonly alarm = new Alarm();
  private readonly over = new AbortController();

  constructor(private readonly room: Room) {
    this.unread = computed(
      () => this.entries.value.slice(this.seen.value).filter((entry) => entry.by === "proctor").length,
    );
  }

  async run(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      const bell = this.alarm.next;
      if (this.room.session.value === "held") await this.read().catch(passOver);
      const usual = this.isOpen.value ? OPEN_MS : CLOSED_MS;
      await rest(sleep, usual * (0.75 + Math.random() / 2), signal, bell);
    }
  }

  /** @throws ClientError */
  async say(text: string): Promise<void> {
    await this.room.heeding(() => this.room.api.call("POST /help", { body: { text } }));
    this.alarm.ring();
  }

  open(isOpen: boolean): void {
    this.isOpen.value = isOpen;
    if (isOpen) this.alarm.ring();
    this.seen.value = this.entries.value.length;
  }

  shut(): void {
    this.over.abort();
  }

  private async read(): Promise<void> {
    const after = this.entries.value.at(-1)?.entry_id;
    const asked = after ? { query: { after } } : {};
    const { entries } = await this.room.heeding(() => this.room.api.call("GET /help", asked));
    if (entries.length === 0) return;
    this.entries.value = [...this.entries.value, ...entries];
    if (this.isOpen.value) this.seen.value = this.entries.value.length;
  }
}

function passOver(error: unknown): void {
  if (!(error instanceof ClientError)) throw error;
}
