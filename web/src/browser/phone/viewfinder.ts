/** The camera before anything is recorded: its permission is asked for, its picture looked at. */
import { type Ref, ref, type ShallowRef, shallowRef } from "vue";
import { openCamera, stopTracks } from "../devices";
import { type CameraState, stateAfter } from "./evidence_camera";

export class Viewfinder {
  readonly state: Ref<CameraState> = ref("off");
  readonly stream: ShallowRef<MediaStream | null> = shallowRef(null);

  async open(): Promise<void> {
    if (this.stream.value || this.state.value === "opening") return;
    this.state.value = "opening";
    try {
      this.stream.value = await openCamera({ facing: "environment" });
      this.state.value = "on";
    } catch (error) {
      this.state.value = stateAfter(error);
    }
  }

  /** Give the stream to who records it. */
  hand(): MediaStream | null {
    const stream = this.stream.value;
    this.stream.value = null;
    this.state.value = "off";
    return stream;
  }

  close(): void {
    stopTracks(this.hand());
  }
}
