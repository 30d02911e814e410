/** The page's one camera with its microphone: previews, face login and the recorder all look through it. */
import { type Ref, shallowRef } from "vue";
import { type Devices, listDevices, MediaRefused, openCamera, stopTracks } from "../../browser/devices";
import type { Kept, KeptOnDevice } from "./kept";

export type Choice = Kept["devices"];

export class Camera {
  readonly stream: Ref<MediaStream | null> = shallowRef(null);
  readonly devices: Ref<Devices> = shallowRef({ cameras: [], microphones: [] });
  readonly choice: Ref<Choice> = shallowRef({ camera: null, microphone: null });
  private opening: Promise<MediaStream> | null = null;

  constructor(private readonly kept: KeptOnDevice) {}

  /** The camera that is open and live, or one that is opened now. @throws MediaRefused */
  open(): Promise<MediaStream> {
    const open = this.stream.value;
    if (open?.getTracks().every((track) => track.readyState === "live")) return Promise.resolve(open);
    this.opening ??= this.openAnew().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Take other devices; whoever records goes on with the new stream. @throws MediaRefused */
  async choose(choice: Choice): Promise<MediaStream> {
    const stream = await this.take(choice, await open(choice, isMissing));
    // What did not open is not what the next page begins with.
    await this.kept.put("devices", choice);
    return stream;
  }

  async refreshDevices(): Promise<void> {
    this.devices.value = await listDevices();
  }

  /** The camera's name when it is that of a program that makes pictures up; else null. */
  get virtualLabel(): string | null {
    const label = this.stream.value?.getVideoTracks()[0]?.label;
    const device = this.devices.value.cameras.find((one) => one.label === label);
    return device?.looksVirtual ? device.label : null;
  }

  close(): void {
    stopTracks(this.stream.value);
    this.stream.value = null;
  }

  private async openAnew(): Promise<MediaStream> {
    const choice = (await this.kept.get("devices")) ?? this.choice.value;
    // What was chosen once is unplugged or taken by another program: any other is better than none.
    return await this.take(choice, await open(choice, (reason) => reason !== "denied"));
  }

  private async take(choice: Choice, opened: MediaStream): Promise<MediaStream> {
    const before = this.stream.value;
    this.choice.value = choice;
    this.stream.value = opened;
    // Only now, so that nothing is dark in between.
    stopTracks(before);
    await this.refreshDevices();
    return opened;
  }
}

type Reason = MediaRefused["reason"];

const isMissing = (reason: Reason): boolean => reason === "missing";

/** @param orAny whether any other device will do where the chosen ones are refused for this reason */
async function open({ camera, microphone }: Choice, orAny: (reason: Reason) => boolean): Promise<MediaStream> {
  try {
    return await openCamera({ cameraId: camera ?? undefined, microphoneId: microphone ?? undefined });
  } catch (error) {
    if (!(error instanceof MediaRefused) || !orAny(error.reason) || (!camera && !microphone)) throw error;
    return await openCamera();
  }
}
