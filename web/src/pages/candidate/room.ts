/**
 * The candidate's room: the connection, what is known of exam and sitting, and the way to know more.
 * It holds facts and asks the server; what follows from them is `state.ts`'s.
 */
import { computed, type ComputedRef, ref, type Ref, shallowRef, watch } from "vue";
import type { Connection } from "../../browser/client";
import { Alarm, rest } from "../../core/alarm";
import { BulletinWatch } from "../../core/bulletin";
import { ApiError, ClientError, isPassing, Unexpected, Unreachable } from "../../core/errors";
import { fetchHttp } from "../../core/http";
import { keepTime } from "../../core/keep_time";
import { readInstant } from "../../core/instants";
import { sleep } from "../../core/time";
import type { Bulletin, PhoneSeen, RecordingView, SessionView, SittingView, TextsView } from "../../generated/api";
import { KeptOnDevice } from "./kept";
import { firstLookMs, patienceMs } from "./patience";
import { phoneOf, type PhoneState } from "./phone_state";
import { type Admission, bySchedule, extraTimeMs, type Facts, type Screen, screenOf } from "./state";

/** Pages that show what arrived, the phone's part of it above all. */
const LOOKS_AT_PHONE: ReadonlySet<string> = new Set(["enter", "wait", "upload"]);

export class Room {
  readonly bulletin = shallowRef<Bulletin | null>(null);
  readonly session = ref<Facts["session"]>("unknown");
  /** Which session of the server's it is; a move's is another. */
  readonly sessionId = ref<string | null>(null);
  readonly admission = shallowRef<Admission | null>(null);
  readonly deviceChecked = ref(false);
  readonly texts = shallowRef<TextsView | null>(null);
  /** What the server has of all three recordings. */
  readonly recordings = shallowRef<readonly RecordingView[]>([]);
  /** Whether the server answered the last question: neither a broken network nor a busy server does. */
  readonly online = ref(true);
  /** The phone's last word, told with this device's heartbeats. */
  readonly phoneSeen = shallowRef<PhoneSeen | null>(null);
  readonly phone: ComputedRef<PhoneState>;
  readonly kept: KeptOnDevice;
  readonly sitting: ComputedRef<SittingView | null>;
  readonly facts: ComputedRef<Facts>;
  readonly screen: ComputedRef<Screen>;
  readonly watch: BulletinWatch;

  private readonly lastSitting = shallowRef<SittingView | null>(null);
  private readonly extraMs = ref(0);
  private readonly alarm = new Alarm();
  private readonly over = new AbortController();

  constructor(
    readonly connection: Connection,
    readonly examId: string,
    readonly now: Ref<number>,
  ) {
    this.kept = new KeptOnDevice(examId);
    this.sitting = computed(
      () => this.lastSitting.value && bySchedule(this.lastSitting.value, this.bulletin.value, this.extraMs.value),
    );
    this.facts = computed(() => ({
      nowMs: this.now.value,
      examId,
      bulletin: this.bulletin.value,
      session: this.session.value,
      sitting: this.sitting.value,
      admission: this.admission.value,
      deviceChecked: this.deviceChecked.value,
    }));
    this.phone = computed(() =>
      phoneOf(this.sitting.value, this.recordings.value, this.phoneSeen.value, this.now.value),
    );
    this.screen = computed(() => screenOf(this.facts.value));
    const url = `${connection.config.publications_url}/bulletins/${examId}.json`;
    this.watch = new BulletinWatch({ http: fetchHttp, now: () => this.nowMs(), sleep, random: Math.random }, url);
    this.watch.onChange((bulletin) => this.hear(bulletin));
  }

  get api(): Connection["api"] {
    return this.connection.api;
  }

  nowMs(): number {
    return this.connection.clock.now();
  }

  /** Take up what the device remembers, then follow the server. */
  async open(): Promise<void> {
    await this.restore();
    const { signal } = this.over;
    const { clock } = this.connection;
    void keepTime(() => this.api.askTime(), clock, sleep, signal);
    void this.watch.run(signal, reportUnexpected);
    void this.followSitting(signal);
    addEventListener("online", () => this.lookNow());
    watch(
      () => this.screen.value.name,
      (name) => void this.lookSoon(name),
    );
  }

  leave(): void {
    this.over.abort();
  }

  /** Somebody waits, or the network is back. */
  lookNow(): void {
    this.watch.wake();
    this.alarm.ring();
  }

  /** Ask for the sitting now. @throws ClientError */
  async refresh(): Promise<void> {
    await this.learn(await this.heeding(() => this.api.call("GET /sitting")));
  }

  /** Do something that answers with the sitting. @throws ClientError */
  async take(call: () => Promise<SittingView>): Promise<void> {
    await this.learn(await this.heeding(call));
  }

  async begin(session: SessionView): Promise<void> {
    await this.connection.session.open(session);
    this.sessionId.value = session.session_id;
    await this.kept.remove("admission");
    // Who is logged in stays so: an answer that does not come now is asked for until it does.
    await this.refresh().catch(ignorePassing);
    this.admission.value = null;
    this.session.value = "held";
    if (this.deviceChecked.value) await this.api.call("POST /sitting/check-device").catch(ignoreRefusal);
    this.lookNow();
  }

  async waitForAdmission(admission: Admission | null): Promise<void> {
    this.admission.value = admission;
    await (admission ? this.kept.put("admission", admission) : this.kept.remove("admission"));
  }

  async noteDeviceChecked(): Promise<void> {
    this.deviceChecked.value = true;
    await this.kept.put("deviceChecked", true);
    if (this.session.value === "held") await this.take(() => this.api.call("POST /sitting/check-device"));
  }

  /** Forget the session here: a rehearsal is over, and another is to begin. */
  async forget(): Promise<void> {
    await this.connection.session.close();
    await this.kept.remove("sitting");
    this.lastSitting.value = null;
    this.session.value = "none";
  }

  async loadTexts(): Promise<TextsView> {
    this.texts.value ??= await this.kept.get("texts");
    if (this.texts.value === null) {
      this.texts.value = await this.heeding(() => this.api.call("GET /sitting/texts"));
      await this.kept.put("texts", this.texts.value);
    }
    return this.texts.value;
  }

  /** Call the server, and note whether it was reached and whether it still knows this session. */
  async heeding<T>(call: () => Promise<T>): Promise<T> {
    const by = this.connection.session.current?.sessionId;
    try {
      const answer = await call();
      this.online.value = true;
      return answer;
    } catch (error) {
      if (error instanceof Unreachable) this.online.value = false;
      if (error instanceof ApiError) {
        this.online.value = !error.isPassing;
        // Not of a session that was replaced by a new one here while it asked.
        if (by !== undefined && by === this.connection.session.current?.sessionId) await this.noteGone(by, error.code);
      }
      throw error;
    }
  }

  private async refreshRecordings(): Promise<void> {
    this.recordings.value = (await this.heeding(() => this.api.call("GET /recordings"))).recordings;
  }

  private async noteGone(sessionId: string, code: string): Promise<void> {
    // Long after the end the session is over like everything else; what was reached stays on the page.
    if (this.screen.value.name === "done") return;
    if (code === "session_moved") {
      this.session.value = "moved";
      await this.kept.put("movedSession", sessionId);
    } else if (code === "session_revoked" || (code === "session_expired" && this.connection.session.isOver)) {
      // A token that has run out is no more than that, until the server refuses the session itself.
      this.session.value = "lost";
    }
  }

  private async learn(sitting: SittingView): Promise<void> {
    // What was asked before a step and answered after it would take the step back.
    const before = this.lastSitting.value;
    if (before?.sitting_id === sitting.sitting_id && readInstant(sitting.now) < readInstant(before.now)) return;
    this.lastSitting.value = sitting;
    this.extraMs.value = extraTimeMs(sitting, this.bulletin.value, this.extraMs.value);
    await this.kept.put("sitting", sitting);
    await this.kept.put("extraMs", this.extraMs.value);
  }

  private hear(bulletin: Bulletin): void {
    this.bulletin.value = bulletin;
    this.online.value = true;
    if (this.lastSitting.value) {
      this.extraMs.value = extraTimeMs(this.lastSitting.value, bulletin, this.extraMs.value);
      if (bulletin.schedule.version > this.lastSitting.value.instants.schedule_version) this.alarm.ring();
    }
    void this.kept.put("bulletin", bulletin);
  }

  private async restore(): Promise<void> {
    const { session } = this.connection;
    this.bulletin.value = await this.kept.get("bulletin");
    this.deviceChecked.value = (await this.kept.get("deviceChecked")) ?? false;
    this.admission.value = await this.kept.get("admission");
    this.extraMs.value = (await this.kept.get("extraMs")) ?? 0;
    if (session.current?.examId === this.examId) {
      this.lastSitting.value = await this.kept.get("sitting");
      const moved = (await this.kept.get("movedSession")) === session.current.sessionId;
      this.session.value = moved ? "moved" : "held";
      this.sessionId.value = session.current.sessionId;
    } else {
      this.session.value = "none";
    }
  }

  /** The rest before was that of another screen. */
  private async lookSoon(name: string): Promise<void> {
    const waitMs = firstLookMs(name, Math.random);
    if (waitMs === null) return;
    await sleep(waitMs, this.over.signal);
    this.alarm.ring();
  }

  private async followSitting(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const bell = this.alarm.next;
      if (this.session.value === "held") {
        try {
          await this.refresh();
          if (LOOKS_AT_PHONE.has(this.screen.value.name)) await this.refreshRecordings();
        } catch (error) {
          reportUnexpected(error);
        }
      }
      await rest(sleep, patienceMs(this.facts.value, Math.random), signal, bell);
    }
  }
}

/** For whoever looks at the console: what is no refusal and no broken network must not end a loop, nor be hidden. */
function reportUnexpected(error: unknown): void {
  if (!(error instanceof ClientError) || error instanceof Unexpected) reportError(error);
}

function ignorePassing(error: unknown): void {
  if (!isPassing(error)) throw error;
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ClientError)) throw error;
}
