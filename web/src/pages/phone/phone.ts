/** The phone: what its person can do, and what happens to it. */
import { type Connection, connect } from "../../browser/client";
import type { CameraState } from "../../browser/phone/evidence_camera";
import { OneTab } from "../../browser/phone/one_tab";
import { phoneFacts } from "../../browser/phone/phone_facts";
import { askForSensors } from "../../browser/phone/turning";
import { Viewfinder } from "../../browser/phone/viewfinder";
import { keepShell } from "../../browser/shell";
import { detailsOf, recorderEvent, type Trouble } from "../../browser/trouble";
import { WakeLock } from "../../browser/wake_lock";
import { SpoolTaken } from "../../core/errors";
import { instantOf } from "../../core/flow";
import { keepTime } from "../../core/keep_time";
import { LEAST_GAP_MS } from "../../core/phone/gaps";
import { readLink } from "../../core/phone/link";
import { type Memory, records, stageOf } from "../../core/phone/stage";
import { sleep } from "../../core/time";
import { type Binding, bindPhone, keptBinding } from "./binding";
import { Contact } from "./contact";
import { Earlier } from "./earlier";
import { KeptOnPhone } from "./kept";
import { PhoneState } from "./phone_state";
import { sentenceOf } from "./sentence";
import { EVIDENCE, Tape } from "./tape";

const ADDRESS = "/phone";
const AGAIN_MS = 2_000;
const LOOK_EVERY_TICKS = 3;

export class Phone extends PhoneState {
  /** Open before the link is taken up, so that the recording begins with the binding. */
  readonly viewfinder = new Viewfinder();

  private device: Connection | null = null;
  private binding: Binding | null = null;
  private tape: Tape | null = null;
  private contact: Contact | null = null;
  private earlier: Earlier | null = null;
  private ticks = 0;
  /** Left to another page only because nobody looked at this one. */
  private isWaiting = false;
  private readonly kept = new KeptOnPhone();
  private readonly tab = new OneTab(() => void this.giveWay());
  private readonly wakeLock = new WakeLock();

  /** Come back to where the phone was, or to the beginning. */
  async open(): Promise<void> {
    void keepShell();
    addEventListener("hashchange", () => this.followAddress());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.isWaiting) void this.comeBack();
    });
    const device = await this.insistently(() => connect("phone"));
    this.device = device;
    void keepTime(() => device.api.askTime(), device.clock, sleep, new AbortController().signal);
    this.earlier = new Earlier(device, this.kept, (segments) => (this.owedSegments.value = segments));
    const binding = await this.insistently(() => keptBinding(device, this.kept));
    void this.earlier.deliver();
    if (binding) await this.takeUp(binding);
    else this.place.value = "here";
  }

  /** A code was scanned. @returns whether it is one of ours */
  scanned(text: string): boolean {
    const link = readLink(text);
    if (link !== null) this.link.value = link;
    return link !== null;
  }

  /** Before the binding: the camera's picture, and how the phone is. */
  async prepare(): Promise<void> {
    const [facts] = await Promise.all([phoneFacts(), this.stream.value ? null : this.viewfinder.open()]);
    this.facts.value = facts;
  }

  /**
   * Bind this phone, with its person's consent; it records from then on. Within a press of a button: some browsers
   * ask for sensors only then.
   *
   * @throws ClientError
   */
  async bind(): Promise<void> {
    const link = this.link.value;
    if (!link || !this.device) return;
    await askForSensors();
    await this.takeUp(await bindPhone(this.device, this.kept, link, this.tape && this.binding));
    this.dropLink();
    void this.earlier?.deliver();
  }

  /** The link is used up, or not wanted after all; its secret need not stand in the address. */
  dropLink(): void {
    this.link.value = null;
    this.consents.value = false;
    history.replaceState(null, "", ADDRESS);
    this.viewfinder.close();
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
    const device = this.device;
    if (device === null) return;
    this.isWaiting = false;
    this.place.value = "connecting";
    const binding = await this.insistently(() => keptBinding(device, this.kept));
    void this.earlier?.deliver();
    if (binding) await this.takeUp(binding);
  }

  private nowMs(): number {
    return this.device?.clock.now() ?? Date.now();
  }

  /** A phone that stands in a corner has nobody to press a button. */
  private async insistently<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await act();
        this.trouble.value = null;
        return result;
      } catch (error) {
        this.trouble.value = sentenceOf(error);
        await sleep(AGAIN_MS);
      }
    }
  }

  private async takeUp(binding: Binding): Promise<void> {
    const { memory, afterSegmentNo } = binding;
    const goesOn = this.tape !== null && this.binding?.connection === binding.connection;
    this.memory.value = memory;
    this.binding = binding;
    try {
      if (!goesOn) await this.change(binding);
      if (afterSegmentNo !== null) await this.tape?.resumeAfter(afterSegmentNo);
    } catch (error) {
      if (this.binding !== binding) return;
      // A page that was left may still wait for room on the disk; whoever looks at this one wants it here.
      if (error instanceof SpoolTaken && document.hidden) {
        this.isWaiting = true;
        return this.giveWay();
      }
      this.trouble.value = sentenceOf(error);
      await sleep(AGAIN_MS);
      if (this.binding === binding) await this.takeUp(binding);
      return;
    }
    // Another page asked for the phone while this one opened, or another link was taken up.
    if (this.binding !== binding) return;
    this.place.value = "here";
    this.trouble.value = null;
    await this.look();
    void this.wakeLock.hold();
    // A link that waits for consent does not keep a recording waiting.
    const stage = stageOf({ hasLink: false, consents: false, memory, settled: false, givenUp: 0 });
    if (records(stage) && this.isLongOver) await this.stop();
    else if (records(stage)) this.tape?.camera.start(this.viewfinder.hand());
    else if (memory.deliveredAt === null) await this.tape?.finish();
  }

  /** A recording that nobody stopped on a day that is over: what is filmed now is not wanted, nor agreed to. */
  private get isLongOver(): boolean {
    const sitting = this.sitting.value;
    return sitting !== null && this.nowMs() >= instantOf(sitting, "uploads_due_at");
  }

  /** From whatever was recorded to this, as long as nobody wants something else. @throws SpoolTaken */
  private async change(binding: Binding): Promise<void> {
    const { memory, connection } = binding;
    await this.letGo();
    const sitting = await this.kept.sitting(memory.sittingId);
    if (this.binding !== binding) return;
    this.sitting.value = sitting;
    this.earlier?.leave(memory.sittingId);
    this.tab.takeOver();
    const tape = await this.tapeOf(memory, connection);
    if (this.binding !== binding) return await tape.shut();
    this.tape = tape;
    this.contact = this.contactOf(memory, connection, tape);
  }

  private tapeOf(memory: Memory, connection: Connection): Promise<Tape> {
    return Tape.open(connection, memory.sittingId, memory.segmentSeconds, {
      onTrouble: (trouble, isOver) => this.hearTrouble(trouble, isOver),
      onCamera: (state, stream) => this.hearCamera(state, stream),
      onProgress: (progress) => {
        this.progress.value = progress;
      },
      onTick: () => this.tick(),
    });
  }

  private contactOf(memory: Memory, connection: Connection, tape: Tape): Contact {
    const contact = new Contact(connection, memory.sittingId, {
      progress: () => tape.uploader.progress(),
      isRecording: () => this.camera.value === "on",
      onSitting: (sitting) => {
        this.sitting.value = sitting;
        void this.kept.keepSitting(sitting);
      },
    });
    contact.start();
    return contact;
  }

  private hearTrouble(trouble: Trouble, isOver: boolean): void {
    const others = this.recorderTroubles.value.filter(({ what }) => what !== trouble.what);
    this.recorderTroubles.value = isOver ? others : [...others, trouble];
    this.contact?.note(recorderEvent(isOver), detailsOf(trouble));
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
    if (!link) return;
    this.link.value = link;
    this.consents.value = false;
  }

  /** Another page of this browser has the phone now. */
  private async giveWay(): Promise<void> {
    if (this.binding === null) return;
    this.binding = null;
    this.earlier?.leave(null);
    this.trouble.value = null;
    this.place.value = "moved";
    await this.letGo();
  }

  /** End what runs; a camera that the next sitting goes on with stays open. */
  private async letGo(): Promise<void> {
    const tape = this.tape;
    this.tape = null;
    this.contact?.stop();
    this.contact = null;
    await tape?.shut();
    this.progress.value = null;
    this.stretches.value = [];
    this.recorderTroubles.value = [];
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
    this.awake.value = this.wakeLock.isHeld;
    if (this.ticks % LOOK_EVERY_TICKS === 0) void this.look();
  }

  private async look(): Promise<void> {
    const tape = this.tape;
    if (!tape) return;
    this.stretches.value = await tape.stretches();
    this.progress.value = await tape.uploader.progress();
    this.facts.value = await phoneFacts();
    if (this.stage.value === "arrived" && this.memory.value?.deliveredAt === null) {
      await this.remember({ deliveredAt: this.nowMs() });
    }
  }
}
