/** The talk with the proctor: polled while it is looked at, now and then while it is not. */
import { computed, type ComputedRef, ref, type Ref, shallowRef } from "vue";
import { browserHelpStore } from "../../browser/event_store";
import { Alarm, rest } from "../../core/alarm";
import { ClientError } from "../../core/errors";
import type { EventStore } from "../../core/event_queue";
import { Lines } from "../../core/lines";
import { type Letter, Outbox, type Returned } from "../../core/outbox";
import { newJti } from "../../core/proof";
import { sleep } from "../../core/time";
import type { Entry } from "../../generated/api";
import type { Room } from "./room";

const OPEN_MS = 3_000;
const CLOSED_MS = 25_000;

interface Kept {
  /** The last line that was looked at. */
  readonly seen: string;
  readonly letters: readonly Letter[];
}

export class HelpLine {
  readonly entries: Ref<readonly Entry[]> = shallowRef([]);
  /** Written here, and not known to have arrived. */
  readonly pending: ComputedRef<readonly Letter[]>;
  /** What the server would not take. */
  readonly returned: Ref<Returned | null> = shallowRef(null);
  readonly isOpen = ref(false);
  readonly unread: ComputedRef<number>;
  private readonly kept: Ref<Kept>;
  private readonly alarm = new Alarm();
  private readonly over = new AbortController();
  private readonly lines: Lines;
  private readonly outbox: Outbox;
  private readonly wake = (): void => this.alarm.ring();

  constructor(
    private readonly room: Room,
    private readonly store: EventStore = browserHelpStore(room.sitting.value?.sitting_id ?? ""),
  ) {
    this.kept = shallowRef(readKept(store.load()));
    this.unread = computed(
      () => this.entries.value.filter(({ by, entry_id }) => by === "proctor" && entry_id > this.kept.value.seen).length,
    );
    this.pending = computed(() => {
      const arrived = new Set(this.entries.value.map((entry) => entry.details["message_id"]));
      return this.kept.value.letters.filter((letter) => !arrived.has(letter.id));
    });
    this.lines = new Lines((after) => this.room.heeding(() => this.room.api.call("GET /help", { query: { after } })));
    this.outbox = new Outbox(
      {
        send: ({ id, text }) => this.room.heeding(() => this.room.api.call("POST /help", { body: { text, message_id: id } })),
        keep: (letters) => this.keep({ letters }),
        newId: () => `msg_${newJti()}`,
      },
      this.kept.value.letters,
    );
  }

  async run(): Promise<void> {
    const { signal } = this.over;
    addEventListener("online", this.wake);
    while (!signal.aborted) {
      const bell = this.alarm.next;
      if (this.room.session.value === "held") await this.exchange().catch(passOver);
      const usual = this.isOpen.value || this.pending.value.length > 0 ? OPEN_MS : CLOSED_MS;
      await rest(sleep, usual * (0.75 + Math.random() / 2), signal, bell);
    }
  }

  /** It is sent as soon as there is a network, once. */
  say(text: string): void {
    this.returned.value = null;
    this.outbox.put(text);
    this.alarm.ring();
  }

  open(isOpen: boolean): void {
    this.isOpen.value = isOpen;
    if (isOpen) this.alarm.ring();
    this.noteSeen();
  }

  shut(): void {
    removeEventListener("online", this.wake);
    this.over.abort();
  }

  private async exchange(): Promise<void> {
    const returned = await this.outbox.flush();
    this.returned.value = returned.at(-1) ?? this.returned.value;
    if (!(await this.lines.readOn())) return;
    this.entries.value = this.lines.all;
    if (this.isOpen.value) this.noteSeen();
  }

  private noteSeen(): void {
    const seen = this.entries.value.at(-1)?.entry_id;
    if (seen !== undefined && seen !== this.kept.value.seen) this.keep({ seen });
  }

  private keep(changed: Partial<Kept>): void {
    this.kept.value = { ...this.kept.value, ...changed };
    this.store.save(JSON.stringify(this.kept.value));
  }
}

function readKept(text: string | null): Kept {
  try {
    const kept = JSON.parse(text ?? "null") as Kept | null;
    if (kept && typeof kept.seen === "string" && Array.isArray(kept.letters)) return kept;
  } catch {
    // Unreadable: what was written there is lost, the talk is not.
  }
  return { seen: "", letters: [] };
}

function passOver(error: unknown): void {
  if (!(error instanceof ClientError)) throw error;
}
