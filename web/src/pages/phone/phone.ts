/**
 * The phone: what is known, and what its person can do. It holds facts; what follows from them is decided in
 * `core/phone`.
 */
import { computed, type ComputedRef, type InjectionKey, inject, ref, type Ref, shallowRef } from "vue";
import { type Connection, connect } from "../../browser/client";
import type { CameraState } from "../../browser/phone/evidence_camera";
import { OneTab } from "../../browser/phone/one_tab";
import { type PhoneFacts, phoneFacts, UNKNOWN_FACTS } from "../../browser/phone/phone_facts";
import { askForSensors } from "../../browser/phone/turning";
import { keepShell } from "../../browser/shell";
import { WakeLock } from "../../browser/wake_lock";
import { ClientError, type Sentence } from "../../core/errors";
import { isDone } from "../../core/flow";
import { readInstant } from "../../core/instants";
import { keepTime } from "../../core/keep_time";
import { type Gap, gapsOf, LEAST_GAP_MS, recordedMs, type Stretch } from "../../core/phone/gaps";
import { type PhoneLink, readLink } from "../../core/phone/link";
import { boundMemory, type Memory, records, type Stage, stageOf } from "../../core/phone/stage";
import { type Warning, warningsOf } from "../../core/phone/warnings";
import { sleep } from "../../core/time";
import type { Progress } from "../../core/upload_progress";
import type { SittingView } from "../../generated/api";
import { Contact } from "./contact";
import { KeptOnPhone } from "./kept";
import { EVIDENCE, Tape } from "./tape";

/** connecting: not yet · here: this page has the phone · moved: another page has it. */
export type Place = "connecting" | "here" | "moved";

const ADDRESS = "/phone";
const CONNECT_AGAIN_MS = 2_000;
const LOOK_MS = 5_000;

export class Phone {
  readonly place = ref<Place>("connecting");
  readonly trouble = shallowRef<Sentence | null>(null);
  readonly link = shallowRef<PhoneLink | null>(readLink(location.href));
  readonly memory = shallowRef<Memory | null>(null);
  readonly sitting = shallowRef<SittingView | null>(null);
  readonly camera = ref<CameraState>("off");
  readonly stream = shallowRef<MediaStream | null>(null);
  readonly progress = shallowRef<Progress | null>(null);
  readonly stretches = shallowRef<readonly Stretch[]>([]);
  readonly facts = shallowRef<PhoneFacts>(UNKNOWN_FACTS);
  readonly awake = ref(false);
  readonly online = ref(navigator.onLine);
  readonly now: Ref<number> = ref(Date.now());

  readonly stage: ComputedRef<Stage> = computed(() =>
    stageOf({
      hasLink: this.link.value !== null,
      memory: this.memory.value,
      settled: this.progress.value?.settled ?? false,
      givenUp: this.progress.value?.kinds[0]?.givenUp.length ?? 0,
    }),
  );
  readonly examIsOver = computed(() => this.sitting.value !== null && isDone(this.sitting.value, "finish", this.now.value));
  readonly gaps: ComputedRef<Gap[]> = computed(() => {
    const isMissing = records(this.stage.value) && this.camera.value !== "on" && this.camera.value !== "opening";
    return gapsOf(this.stretches.value, isMissing ? this.now.value : null);
  });
  readonly recordedMs = computed(() => recordedMs(this.stretches.value));
  readonly warnings: ComputedRef<Warning[]> = computed(() =>
    warningsOf({ ...this.facts.value, aheadMs: this.aheadMs(), awake: this.awake.value || !records(this.stage.value) }),
  );

  private connection: Connection | null = null;
  private tape: Tape | null = null;
  private contact: Contact | null = null;
  private ticks = 0;
  private readonly kept = new KeptOnPhone();
  private readonly tab = new OneTab(() => void this.giveWay());
  private readonly wakeLock = new WakeLock();

  /** Come back to where the phone was, or to the beginning. */
  async open(): Promise<void> {
    void keepShell();
    addEventListener("hashchange", () => this.followAddress());
    const connection = await this.connected();
    this.connection = connection;
    void keepTime(() => connection.api.askTime(), connection.clock, sleep, new AbortController().signal);
    const { current } = connection.session;
    const memory = current?.sittingId ? await this.kept.memory(current.sittingId) : undefined;
    if (memory) await this.takeUp(memory);
    else this.place.value = "here";
  }

  /** A code was scanned. @returns whether it is one of ours */
  scanned(text: string): boolean {
    const link = readLink(text);
    if (link !== null) this.link.value = link;
    return link !== null;
  }

  /** The link is not wanted after all. */
  dropLink(): void {
    this.link.value = null;
    history.replaceState(null, "", ADDRESS);
  }

  /** Bind this phone, with its person's consent. @throws ClientError */
  async bind(): Promise<void> {
    const link = this.link.value;
    const connection = this.connection;
    if (!link || !connection) return;
    const bound = await connection.api.call("POST /phones/{invitation_id}/bind", {
      parameters: { invitation_id: link.invitationId },
      body: { secret: link.secret, device_key: connection.key.publicKey, consents: true },
    });
    const sittingId = bound.session.sitting_id ?? "";
    await connection.session.open(bound.session);
    const before = (await this.kept.memory(sittingId)) ?? null;
    const segmentSeconds = bound.segment_seconds;
    const memory = boundMemory(before, { sittingId, segmentSeconds, at: connection.clock.now() });
    await this.kept.keepMemory(memory);
    if (this.tape && this.memory.value?.sittingId !== sittingId) await this.letGo();
    await this.takeUp(memory);
    await this.tape?.resumeAfter(bound.next_segment_no - 1);
    // The link is used up, and its secret need not stand in the address.
    this.dropLink();
  }

  /** Within a press of a button: some browsers ask for sensors only then. */
  async begin(): Promise<void> {
    await askForSensors();
    await this.remember({ begunAt: this.nowMs() });
    this.startCamera();
  }

  notePanned(): Promise<void> {
    return this.remember({ pannedAt: this.nowMs() });
  }

  notePlaced(): Promise<void> {
    return this.remember({ placedAt: this.nowMs() });
  }

  /** A person ends the recording. */
  async stop(): Promise<void> {
    await this.remember({ stoppedAt: this.nowMs() });
    await this.tape?.finish();
    await this.look();
    this.contact?.hurry();
  }

  reopenCamera(): void {
    this.tape?.camera.retry();
  }

  /** Try again what was given up. */
  tryAgain(): void {
    this.tape?.uploader.reconsider();
  }

  /** Take the recording back from another page. */
  async comeBack(): Promise<void> {
    this.place.value = "connecting";
    const sittingId = this.memory.value?.sittingId ?? "";
    const memory = (await this.kept.memory(sittingId)) ?? this.memory.value;
    if (memory) await this.takeUp(memory);
  }

  private nowMs(): number {
    return this.connection?.clock.now() ?? Date.now();
  }

  /** Until the recording may end. */
  private aheadMs(): number | null {
    return this.sitting.value ? Math.max(0, readInstant(this.sitting.value.instants.ends_at) - this.now.value) : null;
  }

  private async connected(): Promise<Connection> {
    for (;;) {
      try {
        const connection = await connect("phone");
        this.trouble.value = null;
        return connection;
      } catch (error) {
        this.trouble.value = sentenceOf(error);
        await sleep(CONNECT_AGAIN_MS);
      }
    }
  }

  private async takeUp(memory: Memory): Promise<void> {
    if (!this.connection) return;
    this.memory.value = memory;
    this.sitting.value ??= (await this.kept.sitting(memory.sittingId)) ?? null;
    this.tab.takeOver();
    try {
      this.tape ??= await Tape.open(this.connection, memory.sittingId, memory.segmentSeconds, {
        onCamera: (state, stream) => this.hearCamera(state, stream),
        onProgress: (progress) => {
          this.progress.value = progress;
        },
        onTick: () => this.tick(),
      });
    } catch (error) {
      this.trouble.value = sentenceOf(error);
      this.place.value = "moved";
      return;
    }
    this.place.value = "here";
    this.trouble.value = null;
    this.meet(this.connection, memory.sittingId, this.tape);
    await this.look();
    if (memory.stoppedAt !== null) await this.tape.finish();
    // A link that waits for consent does not keep a recording waiting.
    const stage = stageOf({ hasLink: false, memory, settled: false, givenUp: 0 });
    if (records(stage)) this.startCamera();
    void this.wakeLock.hold();
  }

  private meet(connection: Connection, sittingId: string, tape: Tape): void {
    if (this.contact) return;
    this.contact = new Contact(connection, sittingId, {
      progress: () => tape.uploader.progress(),
      isRecording: () => this.camera.value === "on",
      onSitting: (sitting) => {
        this.sitting.value = sitting;
        void this.kept.keepSitting(sitting);
      },
    });
    this.contact.start();
  }

  private startCamera(): void {
    void this.wakeLock.hold();
    this.tape?.camera.start();
  }

  private hearCamera(state: CameraState, stream: MediaStream | null): void {
    const before = this.camera.value;
    this.camera.value = state;
    this.stream.value = stream;
    if (state === before) return;
    if (state === "on") void this.noteResumed();
    else if (before === "on" && state !== "off") this.contact?.note("recorder_silent", { recording: EVIDENCE, what: state });
    this.contact?.hurry();
  }

  /** Tell the proctor of the gap that ends now: after a call, a reload, a crash. */
  private async noteResumed(): Promise<void> {
    await this.look();
    const lastAt = Math.max(...this.stretches.value.map((stretch) => stretch.endedAt));
    const gapMs = Math.round(this.nowMs() - lastAt);
    if (gapMs >= LEAST_GAP_MS && Number.isFinite(gapMs)) {
      this.contact?.note("recorder_resumed", { recording: EVIDENCE, gap_ms: gapMs });
    }
  }

  private followAddress(): void {
    const link = readLink(location.href);
    if (link) this.link.value = link;
  }

  /** Another page of this browser has the phone now. */
  private async giveWay(): Promise<void> {
    if (this.tape === null) return;
    this.place.value = "moved";
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    const tape = this.tape;
    this.tape = null;
    this.contact?.stop();
    this.contact = null;
    this.progress.value = null;
    this.stretches.value = [];
    await tape?.shut();
  }

  private async remember(what: Partial<Memory>): Promise<void> {
    if (!this.memory.value) return;
    this.memory.value = { ...this.memory.value, ...what };
    await this.kept.keepMemory(this.memory.value);
  }

  private tick(): void {
    this.ticks += 1;
    this.now.value = this.nowMs();
    this.online.value = navigator.onLine && (this.progress.value?.online ?? true);
    if ((this.ticks * 1000) % LOOK_MS === 0) void this.look();
    this.awake.value = this.wakeLock.isHeld;
  }

  private async look(): Promise<void> {
    const tape = this.tape;
    if (!tape) return;
    this.stretches.value = await tape.stretches();
    this.progress.value = await tape.uploader.progress();
    this.facts.value = await phoneFacts();
  }
}

export function sentenceOf(error: unknown): Sentence {
  if (error instanceof ClientError) return error.sentence;
  reportError(error);
  return { zh: "页面出现问题，正在重试；如持续出现，请刷新页面。", en: "Something went wrong; trying again. If it persists, reload the page." };
}

export const PHONE: InjectionKey<Phone> = Symbol("phone");

export function usePhone(): Phone {
  const phone = inject(PHONE);
  if (!phone) throw new Error("no phone is provided");
  return phone;
}
