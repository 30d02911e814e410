/** What is known of the phone, and what follows from it; `core/phone` decides what does. */
import { computed, type ComputedRef, ref, shallowRef } from "vue";
import type { CameraState } from "../../browser/phone/evidence_camera";
import { type PhoneFacts, UNKNOWN_FACTS } from "../../browser/phone/phone_facts";
import type { Trouble } from "../../browser/trouble";
import type { Sentence } from "../../core/errors";
import { isDone } from "../../core/flow";
import { readInstant } from "../../core/instants";
import { type Gap, gapsOf, recordedMs, type Stretch } from "../../core/phone/gaps";
import { type PhoneLink, readLink } from "../../core/phone/link";
import { type Memory, records, type Stage, stageOf } from "../../core/phone/stage";
import { type Warning, warningsOf } from "../../core/phone/warnings";
import type { Progress } from "../../core/upload_progress";
import type { SittingView } from "../../generated/api";

/** connecting: not yet · here: this page has the phone · moved: another page has it. */
export type Place = "connecting" | "here" | "moved";

export class PhoneState {
  readonly place = ref<Place>("connecting");
  readonly trouble = shallowRef<Sentence | null>(null);
  readonly link = shallowRef<PhoneLink | null>(readLink(location.href));
  readonly consents = ref(false);
  readonly memory = shallowRef<Memory | null>(null);
  readonly sitting = shallowRef<SittingView | null>(null);
  readonly camera = ref<CameraState>("off");
  /** What is wrong with the recorder, though the camera is there. */
  readonly recorderTroubles = shallowRef<readonly Trouble[]>([]);
  readonly stream = shallowRef<MediaStream | null>(null);
  readonly progress = shallowRef<Progress | null>(null);
  readonly stretches = shallowRef<readonly Stretch[]>([]);
  readonly facts = shallowRef<PhoneFacts>(UNKNOWN_FACTS);
  readonly awake = ref(false);
  readonly online = ref(navigator.onLine);
  /** Segments of earlier sittings that are still on their way. */
  readonly owedSegments = ref(0);
  /** Server time, Unix ms. */
  readonly now = ref(Date.now());

  readonly givenUp = computed(() => this.progress.value?.kinds[0]?.givenUp ?? []);
  readonly stage: ComputedRef<Stage> = computed(() =>
    stageOf({
      hasLink: this.link.value !== null,
      consents: this.consents.value,
      memory: this.memory.value,
      settled: this.progress.value?.settled ?? false,
      givenUp: this.givenUp.value.length,
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

  /** Until the recording may end. */
  private aheadMs(): number | null {
    // Once it is stopped nothing more is to be stored.
    if (this.memory.value?.stoppedAt != null) return null;
    return this.sitting.value ? Math.max(0, readInstant(this.sitting.value.instants.ends_at) - this.now.value) : null;
  }
}
